import { zodResolver } from '@hookform/resolvers/zod'
import { useParams } from '@tanstack/react-router'
import { Copy, UserMinus } from 'lucide-react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod'

import { useAccount } from '@/data/auth'
import { type Invitation, type Member, ROLES } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { formatDate } from '@/data/format'
import { useAccess } from '@/features/accounts/access'
import {
  inviteMember,
  removeMember,
  setRole,
  useInvitations,
  useMembers,
  withdrawInvite,
} from '@/features/accounts/api'
import { attempt } from '@/features/accounts/attempt'
import { text } from '@/features/accounts/text'
import { announce } from '@/ui/announce'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Confirm } from '@/ui/dialog'
import { Field, Input, Select } from '@/ui/field'
import { Denied, Failed, Loading, Note } from '@/ui/states'

export function TeamPage() {
  const { owner } = useParams({ from: '/m/$owner/team' })
  const access = useAccess(owner)
  if (!access.mayManageTeam) {
    return <Denied title={text.team.denied} message={text.team.deniedNote} />
  }
  return <Team owner={owner} />
}

function Team({ owner }: { owner: string }) {
  const members = useMembers(owner)
  const invitations = useInvitations(owner)
  if (members.state === 'loading') return <Loading label={text.team.loading} />
  if (members.state !== 'ready') {
    return (
      <Failed
        title={text.team.failed}
        message={members.state === 'failed' ? members.message : text.team.deniedNote}
      />
    )
  }
  const pending =
    invitations.state === 'ready'
      ? invitations.data.filter(({ status }) => status === 'pending')
      : []
  return (
    <div className="mx-auto max-w-3xl space-y-4">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{text.team.title}</h1>
        <p className="mt-0.5 text-ink-soft">{text.team.note}</p>
      </div>
      <Card>
        <CardHead title={text.team.members} />
        <CardBody className="pt-2">
          {members.data.length === 0 ? (
            <p className="text-ink-soft">{text.team.none}</p>
          ) : (
            <ul className="divide-y divide-line">
              {members.data.map((member) => (
                <MemberRow key={member.id} owner={owner} member={member} />
              ))}
            </ul>
          )}
        </CardBody>
      </Card>
      {pending.length ? (
        <Card>
          <CardHead title={text.team.pending} />
          <CardBody className="pt-2">
            <ul className="divide-y divide-line">
              {pending.map((invitation) => (
                <InvitationRow key={invitation.id} owner={owner} invitation={invitation} />
              ))}
            </ul>
          </CardBody>
        </Card>
      ) : null}
      <InviteCard owner={owner} />
    </div>
  )
}

function MemberRow({ owner, member }: { owner: string; member: Member }) {
  const account = useAccount()
  const [asking, setAsking] = useState(false)
  const who = member.display_name || member.email || member.id
  const own = account?.uid === member.id
  return (
    <li className="flex flex-wrap items-center gap-3 py-2.5">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          {who} {own ? <Badge>{text.team.you}</Badge> : null}
        </span>
        {member.email && member.email !== who ? (
          <span className="block truncate text-xs text-ink-soft">{member.email}</span>
        ) : null}
      </span>
      <Select
        aria-label={text.team.roleOf(who)}
        className="w-32"
        value={member.role}
        disabled={own}
        onChange={({ target: { value } }) =>
          void attempt(() => setRole(owner, member.id, value), text.team.changed)
        }
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {text.team.roles[role]}
          </option>
        ))}
      </Select>
      <Button look="quiet" disabled={own} onClick={() => setAsking(true)}>
        <UserMinus aria-hidden /> {text.team.remove}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={text.team.removeTitle(who)}
        cancelLabel={text.team.cancel}
        confirm={
          <Button
            look="danger"
            onClick={() => {
              setAsking(false)
              void attempt(() => removeMember(owner, member.id), text.team.removed)
            }}
          >
            {text.team.remove}
          </Button>
        }
      >
        <p>{text.team.removeNote}</p>
      </Confirm>
    </li>
  )
}

function InvitationRow({ owner, invitation }: { owner: string; invitation: Invitation }) {
  return (
    <li className="flex flex-wrap items-center gap-3 py-2.5">
      <span className="min-w-0 flex-1 truncate font-medium">{invitation.email}</span>
      <Badge>{text.team.roles[invitation.role]}</Badge>
      <span className="text-xs text-ink-soft">
        {invitation.expires_at ? text.team.expires(formatDate(invitation.expires_at)) : ''}
      </span>
      <Button
        look="quiet"
        size="small"
        onClick={() =>
          void attempt(() => withdrawInvite(owner, invitation.id), text.team.withdrawn)
        }
      >
        {text.team.withdraw}
      </Button>
    </li>
  )
}

const schema = z.object({ email: z.email(text.problems.email), role: z.enum(ROLES) })

function InviteCard({ owner }: { owner: string }) {
  const [link, setLink] = useState('')
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: '', role: 'analyst' as const },
  })
  const { errors, isSubmitting } = form.formState

  const submit = async (fields: z.infer<typeof schema>): Promise<void> => {
    setLink('')
    try {
      setLink(await inviteMember(owner, fields))
      form.reset()
    } catch (error) {
      const { message, hint } = whatFailed(error)
      form.setError('email', { message: `${message} ${hint}` })
    }
  }

  return (
    <Card>
      <CardHead title={text.team.invite} />
      <CardBody className="pt-3">
        <form
          noValidate
          onSubmit={form.handleSubmit(submit)}
          className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_10rem_auto]"
        >
          <Field label={text.email} error={errors.email?.message}>
            {(control) => (
              <Input {...control} type="email" autoComplete="off" {...form.register('email')} />
            )}
          </Field>
          <Field label={text.team.role}>
            {(control) => (
              <Select {...control} {...form.register('role')}>
                {ROLES.map((role) => (
                  <option key={role} value={role}>
                    {text.team.roles[role]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Button type="submit" look="primary" busy={isSubmitting} className="sm:mt-6">
            {text.team.send}
          </Button>
        </form>
        <dl className="mt-3 grid gap-x-4 gap-y-1 text-xs text-ink-soft sm:grid-cols-3">
          {ROLES.map((role) => (
            <div key={role}>
              <dt className="inline font-medium text-ink">{text.team.roles[role]}: </dt>
              <dd className="inline">{text.team.roleNotes[role]}</dd>
            </div>
          ))}
        </dl>
        {link ? (
          <div className="mt-4 space-y-2">
            <Note tone="good" role="status">
              {text.team.made}
            </Note>
            <div className="flex gap-2">
              <Input readOnly value={link} aria-label={text.team.link} onFocus={(event) => event.target.select()} />
              <Button
                onClick={() => {
                  void navigator.clipboard.writeText(link).then(() => announce(text.team.copied))
                }}
              >
                <Copy aria-hidden /> {text.team.copy}
              </Button>
            </div>
          </div>
        ) : null}
      </CardBody>
    </Card>
  )
}
