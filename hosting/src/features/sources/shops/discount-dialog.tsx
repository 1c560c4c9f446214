import { type FormEvent, useState } from 'react'

import { whatFailed } from '@/data/failure'
import type { SourceRef } from '@/data/paths'
import { type DiscountPlan, planDiscount } from '@/features/sources/shops/api'
import { OffFields, ProductFields, WayFields, WhoFields } from '@/features/sources/shops/discount-fields'
import { CAN_WAIT, type Problems, readWish, WAYS } from '@/features/sources/shops/discount-wish'
import { text } from '@/features/sources/shops/text'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'
import { Note } from '@/ui/states'

const words = text.discounts

interface DiscountDialogProps {
  source: SourceRef
  run: string
  /** The shop's; null where it isn't known. */
  currency: string | null
  onClose: () => void
  onPlanned: (plan: DiscountPlan) => void
}

/** What discount is wished for; what comes of it is a plan. */
export function DiscountDialog({ source, run, currency, onClose, onPlanned }: DiscountDialogProps) {
  const ways = WAYS[source.kind] ?? []
  const [way, setWay] = useState(ways[0] ?? '')
  const [picked, setPicked] = useState<string[]>([])
  const [problems, setProblems] = useState<Problems>({})
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const read = readWish(new FormData(event.currentTarget), picked, currency ?? '')
    setProblems(read.problems ?? {})
    if (!read.wish) return
    setBusy(true)
    try {
      onPlanned(await planDiscount(source, read.wish))
    } catch (error) {
      const { message, hint } = whatFailed(error)
      setProblems({ all: `${message} ${hint}`.trim() })
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.new}
      note={words.newNote}
      closeLabel={text.actions.cancel}
    >
      <form noValidate className="min-w-0 space-y-4" onSubmit={(event) => void submit(event)}>
        <Field label={words.name} hint={words.nameHint} error={problems.title}>
          {(control) => <Input {...control} name="title" maxLength={120} autoComplete="off" />}
        </Field>
        <WayFields ways={ways} way={way} onChange={setWay} />
        <WhoFields source={source} run={run} problems={problems} />
        <OffFields currency={currency} way={way} problems={problems} />
        <ProductFields
          source={source}
          way={way}
          picked={picked}
          onPick={setPicked}
          problems={problems}
        />
        <div className="grid gap-3 sm:grid-cols-2">
          {CAN_WAIT.has(source.kind) && way !== 'draft_order' ? (
            <Field label={words.starts} hint={words.datesHint}>
              {(control) => <Input {...control} name="starts" type="date" />}
            </Field>
          ) : null}
          {way === 'draft_order' ? null : (
            <Field label={words.ends} hint={words.datesHint} error={problems.ends}>
              {(control) => <Input {...control} name="ends" type="date" />}
            </Field>
          )}
        </div>
        {problems.all ? (
          <Note tone="bad" role="alert">
            {problems.all}
          </Note>
        ) : null}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{text.actions.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {words.plan}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
