/** Reads and changes accounts: profile, team, invitations. */
import * as z from 'zod'

import {
  type Invitation,
  invitationSchema,
  type Member,
  memberSchema,
  membershipSchema,
  type Profile,
  profileSchema,
} from '@/data/documents'
import { type Live, useLiveDocument, useLiveNewest } from '@/data/live'
import { paths } from '@/data/paths'

async function call<S extends z.ZodType>(
  name: string,
  request: Record<string, unknown>,
  reply: S,
): Promise<z.infer<S>> {
  const { callFunction } = await import('@/data/functions')
  return callFunction(name, request, reply)
}

export function useProfile(owner: string): Live<Profile> {
  return useLiveDocument(paths.profile(owner), profileSchema)
}

/** Set what is given in a profile, whether or not there is one. */
export async function saveProfile(uid: string, fields: Record<string, unknown>): Promise<void> {
  const { mergeDocument } = await import('@/data/firestore')
  await mergeDocument(paths.profile(uid), fields)
}

/** One member of a merchant's team; nothing is asked for without `uid`. */
export function useMember(owner: string, uid: string | null): Live<Member> {
  return useLiveDocument(uid ? paths.member(owner, uid) : null, memberSchema)
}

export function useMembers(owner: string): Live<Member[]> {
  return useLiveNewest(paths.members(owner), null, memberSchema)
}

export function useInvitations(owner: string): Live<Invitation[]> {
  return useLiveNewest(paths.invitations(owner), null, invitationSchema)
}

/** The merchants in whose teams somebody is. */
export function useMemberships(uid: string | null): Live<z.infer<typeof membershipSchema>[]> {
  return useLiveNewest(uid ? paths.memberships(uid) : null, null, membershipSchema)
}

const inviteReply = z.looseObject({ invitation_id: z.string(), link_token: z.string() })

/** Invite somebody; the link that lets them in. */
export async function inviteMember(
  owner: string,
  fields: { email: string; role: Member['role'] },
): Promise<string> {
  const made = await call('invite_member', { owner_uid: owner, ...fields }, inviteReply)
  const url = new URL('/accept-invite', location.origin)
  url.search = new URLSearchParams({
    owner,
    invitation: made.invitation_id,
    token: made.link_token,
  }).toString()
  return url.href
}

export async function withdrawInvite(owner: string, invitationId: string): Promise<void> {
  await call('withdraw_invite', { owner_uid: owner, invitation_id: invitationId }, z.unknown())
}

export async function acceptInvite(
  owner: string,
  invitationId: string | undefined,
  token: string | undefined,
): Promise<void> {
  await call(
    'accept_invite',
    { owner_uid: owner, invitation_id: invitationId, token },
    z.unknown(),
  )
}

export async function setRole(owner: string, memberUid: string, role: string): Promise<void> {
  await call('set_role', { owner_uid: owner, member_uid: memberUid, role }, z.unknown())
}

export async function removeMember(owner: string, memberUid: string): Promise<void> {
  await call('remove_member', { owner_uid: owner, member_uid: memberUid }, z.unknown())
}

export async function signOutEverywhere(): Promise<void> {
  await call('sign_out_everywhere', {}, z.unknown())
}

export async function deleteAccount(owner: string): Promise<void> {
  await call('delete_account', { owner_uid: owner }, z.unknown())
}
