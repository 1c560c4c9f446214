import { Download, Percent } from 'lucide-react'
import { useState } from 'react'

import type { DataSource, Discount } from '@/data/documents'
import { formatCount, formatDate, formatNumber } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { SourceRef } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { ConfirmAction } from '@/features/sources/confirm-action'
import {
  applyDiscount,
  type DiscountPlan,
  saveCodes,
  undoDiscount,
  useDiscounts,
} from '@/features/sources/shops/api'
import { DiscountDialog } from '@/features/sources/shops/discount-dialog'
import { PlanDialog } from '@/features/sources/shops/discount-plan'
import { shownState } from '@/features/sources/shops/discount-states'
import { WAYS } from '@/features/sources/shops/discount-wish'
import { text } from '@/features/sources/shops/text'
import { Badge, type Tone } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Progress } from '@/ui/progress'
import { Note } from '@/ui/states'

const words = text.discounts
const TONES: Record<string, Tone> = {
  live: 'good',
  applying: 'primary',
  undoing: 'primary',
  failed: 'bad',
  planned: 'platform',
}

/** The discounts that were made in a shop, or are to be, and a new one. */
export function DiscountsCard({ source, shop }: { source: SourceRef; shop: DataSource }) {
  const { mayChange } = useAccess(source.uid)
  const discounts = useDiscounts(source)
  const [making, setMaking] = useState(false)
  const [plan, setPlan] = useState<DiscountPlan | null>(null)
  const isAsked = (shop.connection?.state ?? 'connected') === 'connected'
  const isAble = shop.capabilities?.['discounts']?.state !== 'none'
  const list = discounts.state === 'ready' ? discounts.data : []
  if (!WAYS[source.kind] || (!list.length && !(isAsked && isAble))) return null
  const may = mayChange && isAsked
  return (
    <Card>
      <CardHead
        title={words.title}
        note={shop.current_run ? words.note : words.noSegments}
        actions={
          may && isAble && shop.current_run ? (
            <Button onClick={() => setMaking(true)}>
              <Percent aria-hidden /> {words.new}
            </Button>
          ) : null
        }
      />
      <CardBody className="pt-2">
        {list.length ? (
          <ul className="divide-y divide-line" aria-label={words.title}>
            {list.map((one) => (
              <DiscountRow
                key={one.id}
                source={source}
                discount={one}
                may={may}
                onLook={() => setPlan(one)}
              />
            ))}
          </ul>
        ) : (
          <p className="text-[13px] text-ink-soft">{words.none}</p>
        )}
      </CardBody>
      {making ? (
        <DiscountDialog
          source={source}
          run={shop.current_run ?? ''}
          currency={shop.currency ?? null}
          onClose={() => setMaking(false)}
          onPlanned={(made) => {
            setMaking(false)
            setPlan(made)
          }}
        />
      ) : null}
      {plan ? <PlanDialog source={source} plan={plan} onClose={() => setPlan(null)} /> : null}
    </Card>
  )
}

interface DiscountRowProps {
  source: SourceRef
  discount: Discount
  may: boolean
  onLook: () => void
}

function DiscountRow({ source, discount, may, onLook }: DiscountRowProps) {
  const [now] = useState(Date.now)
  const state = shownState(discount, now)
  const count = formatCount(discount.customers)
  const isMoving = state === 'applying' || state === 'undoing'
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
            <span className="min-w-0 break-words">{discount.title}</span>
            <Badge tone={TONES[state] ?? 'plain'}>{words.states[state] ?? state}</Badge>
          </p>
          <p className="mt-0.5 text-[13px] text-ink-soft">{summaryOf(discount)}</p>
          {discount.refused ? (
            <p className="mt-0.5 text-[13px] text-ink-soft">{words.refused(formatCount(discount.refused))}</p>
          ) : null}
        </div>
        {may ? <RowActions source={source} discount={discount} onLook={onLook} /> : null}
      </div>
      {isMoving ? (
        <div className="mt-2 flex items-center gap-3">
          <div className="w-40">
            <Progress
              value={discount.customers ? (100 * (discount.given ?? 0)) / discount.customers : 0}
              label={discount.title}
            />
          </div>
          <span className="figures text-xs text-ink-soft">
            {words.given(formatCount(discount.given), count)}
          </span>
        </div>
      ) : null}
      {state === 'failed' && discount.error ? (
        <div className="mt-2">
          <Note tone="bad" role="alert">
            <strong className="font-semibold">{discount.error.message}</strong> {discount.error.hint}
          </Note>
        </div>
      ) : null}
    </li>
  )
}

function summaryOf(discount: Discount): string {
  const count = formatCount(discount.customers)
  const off =
    discount.percent == null
      ? words.offAmount(formatMinor(discount.amount, discount.currency ?? ''))
      : words.off(formatNumber(discount.percent))
  const who = discount.segment
    ? words.who(count, discount.segment.name ?? discount.segment.key)
    : words.named(count)
  const until = discount.ends_at ? [words.until(formatDate(discount.ends_at))] : []
  return [off, who, ...until].join(' · ')
}

function RowActions({ source, discount, onLook }: Omit<DiscountRowProps, 'may'>) {
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const { state } = discount
  const [download, saved] = words.downloads[discount.way] ?? []
  const act = async (action: () => Promise<void>, done: string): Promise<void> => {
    setBusy(true)
    await attempt(action, done)
    setBusy(false)
  }
  if (state === 'undone' || state === 'undoing') return null
  if (state === 'planned') {
    return (
      <div className="flex flex-wrap gap-2">
        <Button onClick={onLook}>{words.look}</Button>
        <Button
          look="quiet"
          busy={busy}
          onClick={() => void act(() => undoDiscount(source, discount.id), words.dropped)}
        >
          {words.drop}
        </Button>
      </div>
    )
  }
  return (
    <div className="flex flex-wrap gap-2">
      {state === 'failed' && discount.doing === 'applying' ? (
        <Button
          busy={busy}
          onClick={() => void act(() => applyDiscount(source, discount.id), words.applied)}
        >
          {words.goOn}
        </Button>
      ) : null}
      {state === 'live' && download && saved ? (
        <Button busy={busy} onClick={() => void act(() => saveCodes(source, discount), saved)}>
          <Download aria-hidden /> {download}
        </Button>
      ) : null}
      <Button onClick={() => setAsking(true)}>{words.undo}</Button>
      <ConfirmAction
        open={asking}
        onOpenChange={setAsking}
        title={words.undoTitle(discount.title)}
        yes={words.undo}
        no={text.actions.cancel}
        action={() => undoDiscount(source, discount.id)}
        done={words.undone}
      >
        <p>{discount.undo}</p>
      </ConfirmAction>
    </div>
  )
}
