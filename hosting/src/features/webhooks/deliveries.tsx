import { whatFailed } from '@/data/failure'
import { formatCount, formatDateTime } from '@/data/format'
import { attempt } from '@/features/accounts/attempt'
import { type Delivery, replayDelivery, useDeliveries, type Webhook } from '@/features/webhooks/api'
import { text } from '@/features/webhooks/text'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Failed, Loading } from '@/ui/states'

const TONES: Record<string, 'good' | 'bad' | 'plain'> = { delivered: 'good', dead: 'bad' }

/** What one server was told lately, and what became of it. */
export function Deliveries({ owner, webhook }: { owner: string; webhook: Webhook }) {
  const deliveries = useDeliveries(owner, webhook.webhook_id, true)
  if (deliveries.isPending) return <Loading label={text.loading} rows={1} />
  if (deliveries.isError) {
    return <Failed inside title={text.failed} message={whatFailed(deliveries.error).message} />
  }
  return (
    <div className="mt-3 rounded-lg bg-sunken p-3">
      <div className="flex justify-end">
        <Button size="small" busy={deliveries.isFetching} onClick={() => void deliveries.refetch()}>
          {text.refresh}
        </Button>
      </div>
      {deliveries.data.length === 0 ? <p className="text-[13px]">{text.noDeliveries}</p> : null}
      <ul className="divide-y divide-line" aria-label={text.deliveriesOf(webhook.url)}>
        {deliveries.data.map((delivery) => (
          <DeliveryRow
            key={delivery.delivery_id}
            delivery={delivery}
            onReplay={() =>
              void attempt(async () => {
                await replayDelivery(owner, webhook.webhook_id, delivery.delivery_id)
                await deliveries.refetch()
              }, text.replayed)
            }
          />
        ))}
      </ul>
    </div>
  )
}

function DeliveryRow({ delivery, onReplay }: { delivery: Delivery; onReplay: () => void }) {
  const { state, attempts, status, error, next_try: next } = delivery
  const parts = [
    formatDateTime(delivery.created_at),
    attempts === 1 ? text.oneAttempt : text.attempts(formatCount(attempts)),
    status == null ? (error ?? '') : text.answer(String(status)),
    state === 'pending' && next ? text.nextTry(formatDateTime(next)) : '',
  ]
  return (
    <li className="py-2 text-[13px]">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{text.eventNames[delivery.event] ?? delivery.event}</span>
        <Badge tone={TONES[state] ?? 'plain'}>{text.deliveryStates[state] ?? state}</Badge>
        <span className="min-w-40 flex-1 text-ink-soft">{parts.filter(Boolean).join(' · ')}</span>
        <Button size="small" onClick={onReplay}>
          {text.replay}
        </Button>
      </div>
      <details className="mt-1">
        <summary className="text-xs text-ink-soft">{text.body}</summary>
        <pre className="mt-1 max-h-40 overflow-auto rounded-md bg-surface p-2 text-xs break-all whitespace-pre-wrap">
          {delivery.body}
        </pre>
      </details>
    </li>
  )
}
