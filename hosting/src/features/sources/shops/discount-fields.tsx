/** The parts of a discount's form: how, for whom, how much, on what. */
import { useState } from 'react'

import { formatCount } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { SourceRef } from '@/data/paths'
import type { Product } from '@/data/prices'
import { useRun } from '@/features/sources/api'
import { useShopProducts } from '@/features/sources/shops/api'
import { MOST_PRODUCTS, type Problems } from '@/features/sources/shops/discount-wish'
import { text } from '@/features/sources/shops/text'
import { Field, Input, Select, Textarea } from '@/ui/field'
import { type Choice, PickList } from '@/ui/pick-list'

const words = text.discounts
const USUAL_PERCENT = 10

interface WayFieldsProps {
  ways: string[]
  way: string
  onChange: (way: string) => void
}

export function WayFields({ ways, way, onChange }: WayFieldsProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-[13px] font-medium">{words.way}</legend>
      <div className="space-y-1.5">
        {ways.map((one) => (
          <label key={one} className="flex items-start gap-2.5 text-[13px] leading-5">
            <input
              type="radio"
              name="way"
              value={one}
              checked={way === one}
              onChange={() => onChange(one)}
              className="mt-0.5 size-4 shrink-0 accent-primary"
            />
            <span>{words.ways[one]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

interface WhoFieldsProps {
  source: SourceRef
  run: string
  problems: Problems
}

/** The customers of a segment, or those who are named. */
export function WhoFields({ source, run, problems }: WhoFieldsProps) {
  const [who, setWho] = useState('segment')
  const found = useRun(source, run)
  const segments = found.state === 'ready' ? (found.data.segments ?? []) : []
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label={words.whom}>
        {(control) => (
          <Select {...control} name="who" value={who} onChange={({ target }) => setWho(target.value)}>
            <option value="segment">{words.aSegment}</option>
            <option value="named">{words.byName}</option>
          </Select>
        )}
      </Field>
      {who === 'segment' ? (
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
      ) : (
        <Field label={words.customers} hint={words.customersHint} error={problems.customers}>
          {(control) => <Textarea {...control} name="customers" rows={3} />}
        </Field>
      )}
    </div>
  )
}

interface OffFieldsProps {
  currency: string | null
  way: string
  problems: Problems
}

/** A percentage, or an amount of the shop's money; where that isn't known, a percentage. */
export function OffFields({ currency, way, problems }: OffFieldsProps) {
  const [off, setOff] = useState('percent')
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {currency ? (
        <Field label={words.kind}>
          {(control) => (
            <Select {...control} name="off" value={off} onChange={({ target }) => setOff(target.value)}>
              <option value="percent">{words.aPercentage}</option>
              <option value="amount">{words.anAmount(currency)}</option>
            </Select>
          )}
        </Field>
      ) : null}
      {currency && off === 'amount' ? (
        <Field
          key="amount" // what was typed as a percentage is no amount
          label={words.amount(currency)}
          hint={way === 'draft_order' ? words.amountEach : words.amountOnce}
          error={problems.amount}
        >
          {(control) => <Input {...control} name="amount" inputMode="decimal" autoComplete="off" />}
        </Field>
      ) : (
        <Field key="percent" label={words.percent} error={problems.percent}>
          {(control) => (
            <Input {...control} name="percent" inputMode="decimal" defaultValue={USUAL_PERCENT} />
          )}
        </Field>
      )}
    </div>
  )
}

interface ProductFieldsProps {
  source: SourceRef
  way: string
  picked: string[]
  onPick: (picked: string[]) => void
  problems: Problems
}

/** The shop's products that are known here, and room for the numbers of others. */
export function ProductFields({ source, way, picked, onPick, problems }: ProductFieldsProps) {
  const found = useShopProducts(source, MOST_PRODUCTS)
  const products = found.state === 'ready' ? found.data : []
  const isMore = products.length >= MOST_PRODUCTS
  const needed = way === 'draft_order' ? words.productsNeeded : words.productsHint
  return (
    <>
      <PickList
        label={words.products}
        hint={isMore ? `${needed} ${words.moreProducts(formatCount(MOST_PRODUCTS))}` : needed}
        error={problems.products}
        choices={choicesOf(products)}
        chosen={picked}
        onChange={onPick}
        none={words.noProducts[found.state] ?? words.noProducts['failed'] ?? ''}
        search={{ label: words.findProduct, none: words.noSuchProduct }}
        tone="primary"
      />
      <Field label={words.typedProducts} hint={words.typedHints[source.kind]}>
        {(control) => <Textarea {...control} name="products" rows={2} />}
      </Field>
    </>
  )
}

/** By the shop's own numbers; what was typed in under Prices without one isn't the shop's. */
function choicesOf(products: Product[]): Choice[] {
  const choices = new Map<string, Choice>()
  for (const { id, product_id: number, name, base_price: price, currency } of products) {
    const value = number ?? id
    if (/^\d+$/.test(value)) choices.set(value, { value, label: name, note: formatMinor(price, currency) })
  }
  return [...choices.values()].toSorted((left, right) => left.label.localeCompare(right.label))
}
