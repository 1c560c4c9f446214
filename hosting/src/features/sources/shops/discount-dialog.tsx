import { type FormEvent, useState } from 'react'

import { whatFailed } from '@/data/failure'
import { formatCount } from '@/data/format'
import type { SourceRef } from '@/data/paths'
import { useRun } from '@/features/sources/api'
import { type DiscountPlan, type DiscountWish, planDiscount } from '@/features/sources/shops/api'
import { text } from '@/features/sources/shops/text'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Input, Select } from '@/ui/field'
import { Note } from '@/ui/states'

const words = text.discounts
/** What each platform's shops let us do for a segment. */
export const WAYS: Record<string, string[] | undefined> = {
  shopify: ['segment', 'codes'],
  woocommerce: ['coupons'],
}
/** Coupons of WooCommerce hold from when they are made. */
const CAN_WAIT = new Set(['shopify'])
const USUAL_PERCENT = 10

type Problems = Partial<Record<'title' | 'segment' | 'percent' | 'ends' | 'all', string>>

/** What is wished for, or what has to be mended first. */
export function readWish(
  form: FormData,
  way: string,
): { wish: DiscountWish; problems: null } | { wish: null; problems: Problems } {
  const said = (name: string): string => String(form.get(name) ?? '').trim()
  const percent = Number(said('percent').replace(',', '.'))
  const starts = said('starts') ? new Date(`${said('starts')}T00:00:00`) : null
  const ends = said('ends') ? new Date(`${said('ends')}T23:59:59`) : null
  const problems: Problems = {}
  if (!said('title')) problems.title = words.bad.title
  if (!said('segment')) problems.segment = words.bad.segment
  if (!(percent > 0 && percent <= 100)) problems.percent = words.bad.percent
  if (ends && ends.getTime() <= Math.max(Date.now(), starts?.getTime() ?? 0)) problems.ends = words.bad.ends
  if (Object.keys(problems).length) return { wish: null, problems }
  const wish: DiscountWish = { title: said('title'), way, segment_key: said('segment'), percent }
  if (starts) wish.starts_at = starts.toISOString()
  if (ends) wish.ends_at = ends.toISOString()
  return { wish, problems: null }
}

interface DiscountDialogProps {
  source: SourceRef
  run: string
  onClose: () => void
  onPlanned: (plan: DiscountPlan) => void
}

/** What discount is wished for; what comes of it is a plan. */
export function DiscountDialog({ source, run, onClose, onPlanned }: DiscountDialogProps) {
  const ways = WAYS[source.kind] ?? []
  const found = useRun(source, run)
  const segments = found.state === 'ready' ? (found.data.segments ?? []) : []
  const [way, setWay] = useState(ways[0] ?? '')
  const [problems, setProblems] = useState<Problems>({})
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const read = readWish(new FormData(event.currentTarget), way)
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
      <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        <Field label={words.name} hint={words.nameHint} error={problems.title}>
          {(control) => <Input {...control} name="title" maxLength={120} autoComplete="off" />}
        </Field>
        <Field label={words.segment} error={problems.segment}>
          {(control) => (
            <Select {...control} name="segment">
              {segments.map(({ segment_key: key, name, customer_count: count }) => (
                <option key={key} value={key}>
                  {words.counted(name, formatCount(count))}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={words.percent} error={problems.percent}>
          {(control) => (
            <Input {...control} name="percent" inputMode="decimal" defaultValue={USUAL_PERCENT} />
          )}
        </Field>
        <fieldset>
          <legend className="mb-1.5 text-[13px] font-medium">{words.way}</legend>
          <div className="space-y-1.5">
            {ways.map((one) => (
              <label key={one} className="flex items-start gap-2.5 text-[13px] leading-5">
                <input
                  type="radio"
                  name="way"
                  value={one}
                  checked={way === one}
                  onChange={() => setWay(one)}
                  className="mt-0.5 size-4 shrink-0 accent-primary"
                />
                <span>{words.ways[one]}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <div className="grid gap-3 sm:grid-cols-2">
          {CAN_WAIT.has(source.kind) ? (
            <Field label={words.starts} hint={words.datesHint}>
              {(control) => <Input {...control} name="starts" type="date" />}
            </Field>
          ) : null}
          <Field label={words.ends} hint={words.datesHint} error={problems.ends}>
            {(control) => <Input {...control} name="ends" type="date" />}
          </Field>
        </div>
        {problems.all ? (
          <Note tone="bad" role="alert">
            {problems.all}
          </Note>
        ) : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text.actions.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {words.plan}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
