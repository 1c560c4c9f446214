/** Keys of a merchant, which only servers store. */
import { useQuery } from '@tanstack/react-query'
import * as z from 'zod'

const word = z.string().max(2000)

const keySchema = z.looseObject({
  key_id: word,
  name: word,
  scopes: z.array(word),
  sources: z.array(z.looseObject({ kind: word, id: word })),
  origins: z.array(word),
  last4: word.nullish(),
  created_at: word.nullish(),
  old_works_until: word.nullish(),
  revoked_at: word.nullish(),
  used_on: word.nullish(),
})
export type StorefrontKey = z.infer<typeof keySchema>

export const SCOPES = ['prices', 'events', 'read'] as const

export interface NewKey {
  name: string
  scopes: string[]
  sources: { kind: string; id: string }[]
  origins: string[]
}

const made = z.looseObject({ key: word })

async function call<S extends z.ZodType>(
  name: string,
  request: Record<string, unknown>,
  reply: S,
): Promise<z.infer<S>> {
  const { callFunction } = await import('@/data/functions')
  return callFunction(name, request, reply)
}

export function useKeys(owner: string) {
  return useQuery({
    queryKey: ['keys', owner],
    queryFn: async () =>
      (await call('list_keys', { owner_uid: owner }, z.looseObject({ keys: z.array(keySchema) }))).keys,
    staleTime: 0,
    retry: 1,
  })
}

/** The key itself, which nobody is told again. */
export async function createKey(owner: string, key: NewKey): Promise<string> {
  return (await call('create_key', { owner_uid: owner, ...key }, made)).key
}

export async function rotateKey(owner: string, keyId: string, overlapHours: number): Promise<string> {
  const request = { owner_uid: owner, key_id: keyId, overlap_hours: overlapHours }
  return (await call('rotate_key', request, made)).key
}

export async function revokeKey(owner: string, keyId: string): Promise<void> {
  await call('revoke_key', { owner_uid: owner, key_id: keyId }, z.unknown())
}
