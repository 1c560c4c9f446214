import { useState } from 'react'

import { formatCount } from '@/data/format'
import type { SourceRef } from '@/data/paths'
import { attempt } from '@/features/accounts/attempt'
import { applyDiscount, type DiscountPlan } from '@/features/sources/shops/api'
import { text } from '@/features/sources/shops/text'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'

const words = text.discounts

interface PlanDialogProps {
  source: SourceRef
  plan: DiscountPlan
  onClose: () => void
}

/** What a discount will do in the shop, and the yes to it. */
export function PlanDialog({ source, plan, onClose }: PlanDialogProps) {
  const [busy, setBusy] = useState(false)
  const apply = async (): Promise<void> => {
    setBusy(true)
    const done = await attempt(() => applyDiscount(source, plan.id), words.applied)
    setBusy(false)
    if (done) onClose()
  }
  const leftOut = Object.entries(plan.left_out ?? {}).flatMap(([why, count]) =>
    count ? [words.why[why]?.(formatCount(count)) ?? `${why}: ${formatCount(count)}`] : [],
  )
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.planTitle(plan.title)}
      note={words.for(formatCount(plan.customers))}
      closeLabel={text.actions.cancel}
    >
      <div className="space-y-4 text-[13px]">
        {leftOut.length ? (
          <p className="text-ink-soft">
            {words.leftOut} {leftOut.join(', ')}.
          </p>
        ) : null}
        <section>
          <h3 className="font-medium">{words.steps}</h3>
          <ol className="mt-1 list-decimal space-y-1 pl-5">
            {plan.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
        <section>
          <h3 className="font-medium">{words.back}</h3>
          <p className="mt-1 text-ink-soft">{plan.undo}</p>
        </section>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{words.later}</Button>
          <Button look="primary" busy={busy} onClick={() => void apply()}>
            {words.apply}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
