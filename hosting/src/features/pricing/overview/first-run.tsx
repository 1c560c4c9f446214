import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import type { Segment } from '@/data/documents'
import { formatCount } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { PricingSettings, Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { saveRule, saveSettings } from '@/features/pricing/api'
import { currencyOf } from '@/features/pricing/audience'
import { places, placeName } from '@/features/pricing/limits/law'
import { draftOfSettings, readSettings } from '@/features/pricing/limits/settings-draft'
import { text as limitWords } from '@/features/pricing/limits/text'
import { firstRule, suggestedSegment } from '@/features/pricing/overview/suggestion'
import { text as words } from '@/features/pricing/overview/text'
import { PreviewCard } from '@/features/pricing/preview-card'
import { ImportButton } from '@/features/pricing/products/products-page'
import { percent } from '@/features/pricing/typed'
import { percentText } from '@/features/pricing/words'
import { usePlace } from '@/features/sources/place'
import { Button, buttonLook } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Field, Input, Select } from '@/ui/field'
import { Note } from '@/ui/states'

const text = words.first
const SAFE = { floor: '80', margin: '10' }
const SHOWN = 5

interface FirstRunProps {
  products: Product[]
  segments: Segment[]
  settings: PricingSettings
}

/** From a source with results to a first rule that harms nobody: filled in, looked at, switched on. */
export function FirstRun({ products, segments, settings }: FirstRunProps) {
  const { source, currency: fallback } = usePlace()
  const owner = source.ref.uid
  const { mayDelete: manages, mayChange } = useAccess(owner)
  const currency = currencyOf(products, fallback)
  const [chosen, setChosen] = useState(() => suggestedSegment(segments)?.segment_key ?? '')
  const [range, setRange] = useState({ low: '5', high: '10' })
  // Limits that somebody set before are kept; else safe ones are filled in.
  const [limits, setLimits] = useState(() => {
    const { floor, margin, jurisdiction } = draftOfSettings(settings)
    return settings.id ? { floor, margin, jurisdiction } : { ...SAFE, jurisdiction }
  })
  const [busy, setBusy] = useState(false)
  const [now] = useState(() => new Date())
  const segment = segments.find((one) => one.segment_key === chosen) ?? null
  const { kill, killed_sources } = settings
  const given = manages ? { ...draftOfSettings(settings), ...limits } : draftOfSettings(settings)
  const fields = readSettings(given, settings, now).fields
  const rule = segment
    ? firstRule(
        { segment, ...range, name: text.name(segment.name), zone: settings.zone, active: true },
        source.ref,
        currency,
      )
    : null

  const finish = async (active: boolean): Promise<void> => {
    if (!rule || !fields) return
    setBusy(true)
    await attempt(
      async () => {
        if (manages) await saveSettings(owner, fields)
        await saveRule(owner, null, { ...rule, active })
      },
      active ? text.started : text.drafted,
    )
    setBusy(false)
  }

  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_26rem]">
      <Card>
        <CardHead title={text.title} note={text.note} />
        <CardBody className="space-y-5">
          <Step number={1} title={text.products} note={text.productsNote} done={products.length > 0}>
            <ProductsFound products={products} mayChange={mayChange} />
          </Step>
          <Step
            number={2}
            title={text.rule}
            note={segment ? text.ruleNote(segment.name) : text.ruleNotePlain}
            done={rule !== null}
          >
            <div className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_6rem_6rem]">
              <Field label={text.segment}>
                {(control) => (
                  <Select {...control} value={chosen} onChange={({ target }) => setChosen(target.value)}>
                    {segments.map(({ segment_key: key, name, customer_count: count }) => (
                      <option key={key} value={key}>
                        {name} ({formatCount(count)})
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
              <PercentField label={text.low} value={range.low} onChange={(low) => setRange({ ...range, low })} />
              <PercentField label={text.high} value={range.high} onChange={(high) => setRange({ ...range, high })} />
            </div>
          </Step>
          <Step number={3} title={text.limits} note={manages ? text.limitsNote : text.onlyAdmins} done={fields !== null}>
            <fieldset disabled={!manages} className="grid min-w-0 items-start gap-3 sm:grid-cols-2">
              <PercentField
                label={text.floor}
                value={given.floor}
                hint={text.floorNote(percentText(Math.max(0, 100 - (percent(given.floor) ?? 100))))}
                onChange={(floor) => setLimits({ ...limits, floor })}
              />
              <PercentField
                label={text.margin}
                value={given.margin}
                hint={text.marginNote}
                onChange={(margin) => setLimits({ ...limits, margin })}
              />
              <Field label={text.place} className="sm:col-span-2">
                {(control) => (
                  <Select
                    {...control}
                    value={given.jurisdiction}
                    onChange={({ target }) => setLimits({ ...limits, jurisdiction: target.value })}
                  >
                    <option value="">{limitWords.unknown}</option>
                    {places().map((place) => (
                      <option key={place} value={place}>
                        {placeName(place)}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
            </fieldset>
          </Step>
          {rule && fields ? null : (
            <Note tone="bad" role="alert">
              {text.fix}
            </Note>
          )}
          {settings.kill ? <Note tone="pricing">{text.killed}</Note> : null}
          {mayChange ? (
            <div className="flex flex-wrap items-center gap-2 border-t border-line pt-4">
              <Button
                look="primary"
                busy={busy}
                disabled={!rule || !fields || products.length === 0}
                onClick={() => void finish(true)}
              >
                {text.start}
              </Button>
              <Button disabled={busy || !rule || !fields} onClick={() => void finish(false)}>
                {text.draft}
              </Button>
              {products.length === 0 ? <p className="text-[13px] text-ink-soft">{text.need}</p> : null}
            </div>
          ) : null}
        </CardBody>
      </Card>
      <div className="xl:sticky xl:top-18">
        <PreviewCard
          products={products}
          request={
            rule && fields
              ? { source: source.ref, rule, ruleId: null, settings: { ...fields, kill: false, killed_sources: kill ? [] : killed_sources } }
              : null
          }
        />
      </div>
    </div>
  )
}

interface StepProps {
  number: number
  title: string
  note: string
  done: boolean
  children: ReactNode
}

function Step({ number, title, note, done, children }: StepProps) {
  return (
    <section className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
      <span
        aria-hidden
        className={classes(
          'figures grid size-7 place-items-center rounded-full text-[13px] font-semibold',
          done ? 'bg-pricing-soft text-pricing' : 'bg-sunken text-ink-soft',
        )}
      >
        {done ? <Check className="size-4" /> : number}
      </span>
      <div className="min-w-0">
        <h3 className="leading-7 font-semibold">{title}</h3>
        <p className="mb-3 text-[13px] text-ink-soft">{note}</p>
        {children}
      </div>
    </section>
  )
}

interface PercentFieldProps {
  label: string
  value: string
  hint?: string
  onChange: (value: string) => void
}

function PercentField({ label, value, hint, onChange }: PercentFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <Input
          {...control}
          inputMode="decimal"
          autoComplete="off"
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  )
}

function ProductsFound({ products, mayChange }: { products: Product[]; mayChange: boolean }) {
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const rest = products.length - SHOWN
  return (
    <div className="space-y-3">
      {products.length === 0 ? (
        <p className="text-[13px]">{text.noProducts}</p>
      ) : (
        <ul className="figures divide-y divide-line text-[13px]" aria-label={text.productsFound(products.length)}>
          {products.slice(0, SHOWN).map((product) => (
            <li key={product.id} className="flex justify-between gap-3 py-1.5">
              <span className="min-w-0 truncate">{product.name}</span>
              <span className="shrink-0 font-semibold text-pricing">
                {formatMinor(product.base_price, product.currency)}
              </span>
            </li>
          ))}
          {rest > 0 ? <li className="py-1.5 text-ink-soft">{text.morePrices(formatCount(rest))}</li> : null}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        {mayChange && products.length === 0 ? <ImportButton look="primary" /> : null}
        <Link
          to="/m/$owner/s/$kind/$sourceId/prices/products"
          params={{ owner, kind, sourceId }}
          search={{}}
          className={buttonLook({ look: 'quiet' })}
        >
          {text.others}
        </Link>
      </div>
    </div>
  )
}
