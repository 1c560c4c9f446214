import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'

import { refreshAccount, signOutHere, useAccount } from '@/data/auth'
import type { Profile } from '@/data/documents'
import { useAccess } from '@/features/accounts/access'
import {
  deleteAccount,
  removeMember,
  saveProfile,
  signOutEverywhere,
  useProfile,
} from '@/features/accounts/api'
import { attempt } from '@/features/accounts/attempt'
import { sendReset } from '@/features/accounts/sessions'
import { text } from '@/features/accounts/text'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Confirm } from '@/ui/dialog'
import { Field, Input, Select } from '@/ui/field'
import { Denied, Failed, Loading } from '@/ui/states'
import { chooseTheme, type Theme, useTheme } from '@/ui/theme'

/** `sources` shows the names of data sources and `notifications` the switch for them: other rooms' parts. */
export function SettingsScreen({ sources, notifications }: { sources: ReactNode; notifications: ReactNode }) {
  const { owner } = useParams({ from: '/m/$owner/settings' })
  const { role } = useAccess(owner)
  return (
    <div className="mx-auto max-w-3xl space-y-4">
      <h1 className="text-xl font-semibold tracking-tight">{text.settings.title}</h1>
      {role === 'owner' ? (
        <ProfileCard owner={owner} />
      ) : (
        <Denied inside title={text.settings.denied} message={text.settings.deniedNote} />
      )}
      <Appearance />
      {notifications}
      {sources}
      <Security />
      {role === 'owner' ? <DeleteAccount owner={owner} /> : <LeaveTeam owner={owner} />}
    </div>
  )
}

function ProfileCard({ owner }: { owner: string }) {
  const profile = useProfile(owner)
  if (profile.state === 'loading') return <Loading label={text.settings.loading} rows={1} />
  if (profile.state === 'failed' || profile.state === 'denied') {
    return (
      <Failed
        inside
        title={text.settings.failed}
        message={profile.state === 'failed' ? profile.message : text.settings.denied}
      />
    )
  }
  return <ProfileForm owner={owner} profile={profile.state === 'ready' ? profile.data : null} />
}

function ProfileForm({ owner, profile }: { owner: string; profile: Profile | null }) {
  const [busy, setBusy] = useState(false)
  return (
    <Card>
      <CardHead title={text.settings.profile} note={text.settings.profileNote} />
      <CardBody className="pt-3">
        <form
          className="grid gap-4 sm:grid-cols-2"
          onSubmit={async (event) => {
            event.preventDefault()
            const form = new FormData(event.currentTarget)
            setBusy(true)
            const fields = {
              business_name: String(form.get('business_name')).trim(),
              display_name: String(form.get('display_name')).trim(),
            }
            await attempt(() => saveProfile(owner, fields), text.settings.saved)
            setBusy(false)
          }}
        >
          <Field label={text.signUp.business}>
            {(control) => (
              <Input
                {...control}
                name="business_name"
                required
                maxLength={200}
                autoComplete="organization"
                defaultValue={profile?.business_name ?? ''}
              />
            )}
          </Field>
          <Field label={text.signUp.userName}>
            {(control) => (
              <Input
                {...control}
                name="display_name"
                required
                maxLength={100}
                autoComplete="name"
                defaultValue={profile?.display_name ?? ''}
              />
            )}
          </Field>
          <div className="sm:col-span-2">
            <Button type="submit" look="primary" busy={busy}>
              {text.settings.save}
            </Button>
          </div>
        </form>
      </CardBody>
    </Card>
  )
}

function Appearance() {
  const theme = useTheme()
  return (
    <Card>
      <CardHead title={text.settings.look} />
      <CardBody className="max-w-xs pt-3">
        <Field label={text.settings.theme}>
          {(control) => (
            <Select
              {...control}
              value={theme}
              onChange={(event) => chooseTheme(event.target.value as Theme)}
            >
              {Object.entries(text.settings.themes).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </CardBody>
    </Card>
  )
}

function Security() {
  const account = useAccount()
  const leave = useLeave()
  return (
    <Card>
      <CardHead title={text.settings.security} />
      <CardBody className="space-y-4 pt-3">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div>
            <p className="font-medium">{text.settings.changePassword}</p>
            <p className="text-[13px] text-ink-soft">{text.settings.changePasswordNote}</p>
          </div>
          <Button
            onClick={() =>
              void attempt(() => sendReset(account?.email ?? ''), text.settings.linkSent)
            }
          >
            {text.settings.changePassword}
          </Button>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div className="min-w-0 flex-1">
            <p className="font-medium">{text.settings.signOutAll}</p>
            <p className="text-[13px] text-ink-soft">{text.settings.signOutAllNote}</p>
          </div>
          <Button
            onClick={async () => {
              const done = await attempt(signOutEverywhere, text.settings.signedOutAll)
              if (done) await leave()
            }}
          >
            {text.settings.signOutAll}
          </Button>
        </div>
      </CardBody>
    </Card>
  )
}

function LeaveTeam({ owner }: { owner: string }) {
  const account = useAccount()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const leave = async (): Promise<void> => {
    if (!account) return
    setBusy(true)
    const done = await attempt(() => removeMember(owner, account.uid), text.leave.done)
    setBusy(false)
    setAsking(false)
    if (!done) return
    await refreshAccount() // the role is gone from the next token
    await navigate({ to: '/m/$owner', params: { owner: account.uid } })
  }
  return (
    <Card>
      <CardHead title={text.leave.title} note={text.leave.note} />
      <CardBody className="pt-3">
        <Button onClick={() => setAsking(true)}>{text.leave.button}</Button>
        <Confirm
          open={asking}
          onOpenChange={setAsking}
          title={text.leave.question}
          cancelLabel={text.leave.stay}
          confirm={
            <Button look="danger" busy={busy} onClick={() => void leave()}>
              {text.leave.button}
            </Button>
          }
        >
          <p>{text.leave.note}</p>
        </Confirm>
      </CardBody>
    </Card>
  )
}

function DeleteAccount({ owner }: { owner: string }) {
  const [asking, setAsking] = useState(false)
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const leave = useLeave()
  return (
    <Card className="border-l-4 border-l-bad-solid">
      <CardHead title={text.settings.danger} note={text.settings.dangerNote} />
      <CardBody className="pt-3">
        <Button look="danger" onClick={() => setAsking(true)}>
          {text.settings.delete}
        </Button>
        <Confirm
          open={asking}
          onOpenChange={setAsking}
          title={text.settings.deleteTitle}
          cancelLabel={text.settings.cancel}
          confirm={
            <Button
              look="danger"
              busy={busy}
              disabled={typed !== text.settings.deleteWord}
              onClick={async () => {
                setBusy(true)
                const done = await attempt(() => deleteAccount(owner), text.settings.deleting)
                setBusy(false)
                if (done) await leave()
              }}
            >
              {text.settings.delete}
            </Button>
          }
        >
          <p>{text.settings.dangerNote}</p>
          <Field label={text.settings.deleteType(text.settings.deleteWord)}>
            {(control) => (
              <Input
                {...control}
                value={typed}
                autoComplete="off"
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        </Confirm>
      </CardBody>
    </Card>
  )
}

function useLeave(): () => Promise<void> {
  const client = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    await signOutHere()
    client.clear()
    await navigate({ to: '/sign-in', search: {} })
  }
}
