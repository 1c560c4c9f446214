import { useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus, RotateCw, Trash2 } from 'lucide-react'
import { useState } from 'react'

import { whatFailed } from '@/data/failure'
import { formatCount, formatDate, formatDateTime } from '@/data/format'
import { attempt } from '@/features/accounts/attempt'
import { revokeKey, rotateKey, type StorefrontKey, useKeys } from '@/features/keys/api'
import { KeyDialog } from '@/features/keys/key-dialog'
import { text } from '@/features/keys/text'
import { announce } from '@/ui/announce'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Confirm, Dialog } from '@/ui/dialog'
import { Field, Select } from '@/ui/field'
import { Secret } from '@/ui/secret'
import { Failed, Loading, State } from '@/ui/states'

export function KeysCard({ owner }: { owner: string }) {
  const keys = useKeys(owner)
  const [adding, setAdding] = useState(false)
  const all = keys.data ?? []
  const live = all.filter((key) => !key.revoked_at)
  const revoked = all.filter((key) => key.revoked_at)
  return (
    <Card>
      <CardHead
        title={text.keys}
        note={text.keysNote}
        actions={
          <Button look="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden /> {text.add}
          </Button>
        }
      />
      <CardBody className="pt-2">
        {keys.isPending ? (
          <Loading label={text.loading} rows={1} />
        ) : keys.isError ? (
          <Failed inside title={text.failed} message={whatFailed(keys.error).message} />
        ) : live.length === 0 ? (
          <State title={text.none} icon={KeyRound}>
            {text.noneNote}
          </State>
        ) : (
          <ul className="divide-y divide-line" aria-label={text.list}>
            {live.map((key) => (
              <KeyRow key={key.key_id} owner={owner} stored={key} />
            ))}
          </ul>
        )}
        {revoked.length ? (
          <details className="mt-3 border-t border-line pt-3 text-[13px]">
            <summary className="text-ink-soft">{text.showRevoked(formatCount(revoked.length))}</summary>
            <ul className="mt-2 space-y-1">
              {revoked.map((key) => (
                <li key={key.key_id} className="flex flex-wrap justify-between gap-2">
                  <span>{key.name}</span>
                  <span className="text-ink-soft">{text.revokedOn(formatDate(key.revoked_at))}</span>
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </CardBody>
      {adding ? <KeyDialog owner={owner} onClose={() => setAdding(false)} /> : null}
    </Card>
  )
}

function KeyRow({ owner, stored }: { owner: string; stored: StorefrontKey }) {
  const client = useQueryClient()
  const [asking, setAsking] = useState<'rotate' | 'revoke' | null>(null)
  const [busy, setBusy] = useState(false)
  const [now] = useState(() => Date.now())
  const { key_id: id, name } = stored
  const revoke = async (): Promise<void> => {
    setBusy(true)
    const done = await attempt(() => revokeKey(owner, id), text.revoked)
    setBusy(false)
    setAsking(null)
    if (done) await client.invalidateQueries({ queryKey: ['keys', owner] })
  }
  const places = stored.origins.length ? stored.origins.join(', ') : null
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {name}
          <Badge>{places ? text.pages : text.server}</Badge>
          <code className="text-xs font-normal text-ink-soft">{text.ends(stored.last4 ?? '')}</code>
        </p>
        <p className="mt-0.5 text-[13px] text-ink-soft">
          {stored.scopes.map((scope) => text.scopeNames[scope] ?? scope).join(', ')}
          {places ? ` · ${places}` : ''}
        </p>
        <p className="text-xs text-ink-soft">
          {text.made(formatDate(stored.created_at))} ·{' '}
          {stored.used_on ? text.used(formatDate(stored.used_on)) : text.unused}
        </p>
        {stored.old_works_until && Date.parse(stored.old_works_until) > now ? (
          <p className="text-xs font-medium text-pricing">
            {text.oldWorks(formatDateTime(stored.old_works_until))}
          </p>
        ) : null}
      </div>
      <Button size="small" onClick={() => setAsking('rotate')}>
        <RotateCw aria-hidden /> {text.rotate}
      </Button>
      <Button size="small" look="quiet" onClick={() => setAsking('revoke')}>
        <Trash2 aria-hidden /> {text.revoke}
      </Button>
      {asking === 'rotate' ? (
        <RotateDialog owner={owner} stored={stored} onClose={() => setAsking(null)} />
      ) : null}
      <Confirm
        open={asking === 'revoke'}
        onOpenChange={(open) => setAsking(open ? 'revoke' : null)}
        title={text.revokeTitle(name)}
        cancelLabel={text.cancel}
        confirm={
          <Button look="danger" busy={busy} onClick={() => void revoke()}>
            {text.revoke}
          </Button>
        }
      >
        <p>{text.revokeNote}</p>
      </Confirm>
    </li>
  )
}

interface RotateDialogProps {
  owner: string
  stored: StorefrontKey
  onClose: () => void
}

function RotateDialog({ owner, stored, onClose }: RotateDialogProps) {
  const client = useQueryClient()
  const [overlap, setOverlap] = useState('24')
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const rotate = async (): Promise<void> => {
    setBusy(true)
    try {
      setKey(await rotateKey(owner, stored.key_id, Number(overlap)))
      await client.invalidateQueries({ queryKey: ['keys', owner] })
    } catch (error) {
      announce(whatFailed(error).message, 'bad')
    }
    setBusy(false)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={text.rotateTitle(stored.name)}
      note={key ? undefined : text.rotateNote}
      closeLabel={text.close}
    >
      {key ? (
        <ShownOnce value={key} onClose={onClose} />
      ) : (
        <div className="space-y-4">
          <Field label={text.overlap}>
            {(control) => (
              <Select {...control} value={overlap} onChange={({ target }) => setOverlap(target.value)}>
                {text.overlaps.map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{text.cancel}</Button>
            <Button look="primary" busy={busy} onClick={() => void rotate()}>
              {text.rotate}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  )
}

export function ShownOnce({ value, onClose }: { value: string; onClose: () => void }) {
  return (
    <div className="space-y-4">
      <Secret value={value} label={text.keyValue} note={text.shown} copy={text.copy} copied={text.copied} />
      <div className="flex justify-end">
        <Button look="primary" onClick={onClose}>
          {text.done}
        </Button>
      </div>
    </div>
  )
}
