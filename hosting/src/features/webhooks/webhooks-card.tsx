import { useQueryClient } from '@tanstack/react-query'
import { EllipsisVertical, Plus, Webhook as WebhookIcon } from 'lucide-react'
import { useState } from 'react'

import { whatFailed } from '@/data/failure'
import { formatDateTime } from '@/data/format'
import { attempt } from '@/features/accounts/attempt'
import { deleteWebhook, rotateSecret, testWebhook, useWebhooks, type Webhook } from '@/features/webhooks/api'
import { Deliveries } from '@/features/webhooks/deliveries'
import { text } from '@/features/webhooks/text'
import { SecretDialog, WebhookDialog } from '@/features/webhooks/webhook-dialog'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Confirm } from '@/ui/dialog'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'
import { Failed, Loading, State } from '@/ui/states'

export function WebhooksCard({ owner }: { owner: string }) {
  const webhooks = useWebhooks(owner)
  const [adding, setAdding] = useState(false)
  return (
    <Card>
      <CardHead
        title={text.title}
        note={text.note}
        actions={
          <Button onClick={() => setAdding(true)}>
            <Plus aria-hidden /> {text.add}
          </Button>
        }
      />
      <CardBody className="pt-2">
        {webhooks.isPending ? (
          <Loading label={text.loading} rows={1} />
        ) : webhooks.isError ? (
          <Failed inside title={text.failed} message={whatFailed(webhooks.error).message} />
        ) : webhooks.data.length === 0 ? (
          <State title={text.none} icon={WebhookIcon}>
            {text.noneNote}
          </State>
        ) : (
          <ul className="divide-y divide-line" aria-label={text.list}>
            {webhooks.data.map((webhook) => (
              <WebhookRow key={webhook.webhook_id} owner={owner} webhook={webhook} />
            ))}
          </ul>
        )}
      </CardBody>
      {adding ? <WebhookDialog owner={owner} stored={null} onClose={() => setAdding(false)} /> : null}
    </Card>
  )
}

const TONES: Record<string, 'good' | 'bad' | 'plain'> = { active: 'good', disabled: 'bad' }

function WebhookRow({ owner, webhook }: { owner: string; webhook: Webhook }) {
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const [asking, setAsking] = useState<'edit' | 'remove' | null>(null)
  const [secret, setSecret] = useState('')
  const { webhook_id: id, url, state } = webhook
  const renew = () => client.invalidateQueries({ queryKey: ['webhooks', owner] })
  const rotate = (): Promise<boolean> =>
    attempt(async () => {
      setSecret(await rotateSecret(owner, id))
      await renew()
    }, text.saved)
  const remove = async (): Promise<void> => {
    setAsking(null)
    if (await attempt(() => deleteWebhook(owner, id), text.removed)) await renew()
  }
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <p className="flex flex-wrap items-center gap-2">
            <span className="min-w-0 font-medium break-all">{url}</span>
            <Badge tone={TONES[state] ?? 'plain'}>{text.states[state] ?? state}</Badge>
          </p>
          <p className="mt-0.5 text-[13px] text-ink-soft">
            {webhook.events.map((event) => text.eventNames[event] ?? event).join(', ')}
          </p>
          {webhook.reason ? <p className="text-[13px] text-bad">{webhook.reason}</p> : null}
          {webhook.failing_since ? (
            <p className="text-[13px] text-bad">{text.failing(formatDateTime(webhook.failing_since))}</p>
          ) : null}
          {webhook.rotating_until ? (
            <p className="text-[13px] text-ink-soft">
              {text.rotating(formatDateTime(webhook.rotating_until))}
            </p>
          ) : null}
        </div>
        <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? text.hideDeliveries : text.deliveries}
        </Button>
        <Menu
          trigger={
            <Button look="quiet" size="icon" aria-label={text.actions(url)}>
              <EllipsisVertical aria-hidden />
            </Button>
          }
        >
          <MenuItem
            onSelect={() =>
              void attempt(async () => {
                await testWebhook(owner, id)
                setOpen(true)
                await client.invalidateQueries({ queryKey: ['deliveries', owner, id] })
              }, text.tested)
            }
          >
            {text.test}
          </MenuItem>
          <MenuItem onSelect={() => setAsking('edit')}>{text.edit}</MenuItem>
          <MenuItem onSelect={() => void rotate()}>{text.rotate}</MenuItem>
          <MenuSeparator />
          <MenuItem danger onSelect={() => setAsking('remove')}>
            {text.remove}
          </MenuItem>
        </Menu>
      </div>
      {open ? <Deliveries owner={owner} webhook={webhook} /> : null}
      {asking === 'edit' ? (
        <WebhookDialog owner={owner} stored={webhook} onClose={() => setAsking(null)} />
      ) : null}
      {secret ? <SecretDialog value={secret} onClose={() => setSecret('')} /> : null}
      <Confirm
        open={asking === 'remove'}
        onOpenChange={(next) => setAsking(next ? 'remove' : null)}
        title={text.removeTitle}
        cancelLabel={text.cancel}
        confirm={
          <Button look="danger" onClick={() => void remove()}>
            {text.remove}
          </Button>
        }
      >
        <p className="break-all">{url}</p>
        <p>{text.removeNote}</p>
      </Confirm>
    </li>
  )
}
