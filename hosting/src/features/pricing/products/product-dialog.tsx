import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'

import { formatDate, formatDateTime } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { removeProduct, saveProduct } from '@/features/pricing/products/api'
import {
  type CompetitorDraft,
  emptyProduct,
  type Problems,
  productDraft,
  type ProductDraft,
  readProduct,
} from '@/features/pricing/products/product-draft'
import { text } from '@/features/pricing/products/text'
import { text as pricing } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Confirm, Dialog } from '@/ui/dialog'
import { Checkbox, Field, Input } from '@/ui/field'

interface ProductDialogProps {
  stored: Product | null
  others: Product[]
  currency: string
  onClose: () => void
}

export function ProductDialog({ stored, others, currency, onClose }: ProductDialogProps) {
  const { source } = usePlace()
  const { mayChange } = useAccess(source.ref.uid)
  const [draft, setDraft] = useState(() => (stored ? productDraft(stored) : emptyProduct(currency)))
  const [problems, setProblems] = useState<Problems>({})
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const change = (fields: Partial<ProductDraft>): void => setDraft({ ...draft, ...fields })

  const save = async (): Promise<void> => {
    const read = readProduct(draft, source.ref, stored, new Date())
    if (!read.fields) return setProblems(read.problems)
    const { fields } = read
    if (fields.product_id && others.some((one) => one.product_id === fields.product_id)) {
      return setProblems({ productId: text.problems.taken })
    }
    setBusy(true)
    const done = await attempt(() => saveProduct(source.ref, stored?.id ?? null, fields), text.saved)
    setBusy(false)
    if (done) onClose()
  }
  const remove = async (): Promise<void> => {
    if (!stored) return
    if (await attempt(() => removeProduct(source.ref.uid, stored.id), text.removed)) onClose()
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={stored ? text.editTitle : text.newTitle}
      closeLabel={pricing.close}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <fieldset disabled={!mayChange} className="min-w-0 space-y-4">
          <ProductFields draft={draft} onChange={change} problems={problems} stored={stored} />
          <Competitors
            competitors={draft.competitors}
            onChange={(competitors) => change({ competitors })}
            error={problems.competitors}
          />
          {stored ? <PublicPrices product={stored} /> : null}
          {mayChange ? (
            <div className="flex flex-wrap gap-2">
              <Button type="submit" look="primary" busy={busy}>
                {pricing.save}
              </Button>
              <Button onClick={onClose}>{pricing.cancel}</Button>
              {stored ? (
                <Button look="quiet" className="ml-auto" onClick={() => setAsking(true)}>
                  <Trash2 aria-hidden /> {pricing.remove}
                </Button>
              ) : null}
            </div>
          ) : null}
        </fieldset>
      </form>
      {stored ? (
        <Confirm
          open={asking}
          onOpenChange={setAsking}
          title={text.removeTitle(stored.name)}
          cancelLabel={pricing.cancel}
          confirm={
            <Button look="danger" onClick={() => void remove()}>
              {pricing.remove}
            </Button>
          }
        >
          <p>{text.removeNote}</p>
        </Confirm>
      ) : null}
    </Dialog>
  )
}

interface ProductFieldsProps {
  draft: ProductDraft
  onChange: (fields: Partial<ProductDraft>) => void
  problems: Problems
  stored: Product | null
}

function ProductFields({ draft, onChange, problems, stored }: ProductFieldsProps) {
  const input = (
    field: 'name' | 'productId' | 'currency' | 'base' | 'cost' | 'stock' | 'category',
    label: string,
    { hint, numeric, fixed }: { hint?: string; numeric?: boolean; fixed?: boolean } = {},
  ) => (
    <Field label={label} hint={hint} error={problems[field]}>
      {(control) => (
        <Input
          {...control}
          value={draft[field]}
          maxLength={256}
          readOnly={fixed}
          autoComplete="off"
          inputMode={numeric ? 'decimal' : undefined}
          onChange={({ target }) => onChange({ [field]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <>
      {input('name', text.name)}
      <div className="grid gap-4 sm:grid-cols-2">
        {input('productId', text.productId, { hint: text.productIdHint, fixed: stored !== null })}
        {input('category', text.category)}
        {input('base', text.base, { hint: text.baseHint, numeric: true })}
        {input('currency', text.currency, { hint: text.currencyHint })}
        {input('cost', text.cost, { hint: text.costHint, numeric: true })}
        {input('stock', text.stock, { hint: text.stockHint, numeric: true })}
      </div>
      <Checkbox
        label={text.taxIncluded}
        checked={draft.taxIncluded}
        onChange={({ target }) => onChange({ taxIncluded: target.checked })}
      />
    </>
  )
}

/** More are refused. */
const MOST_COMPETITORS = 10

interface CompetitorsProps {
  competitors: CompetitorDraft[]
  onChange: (competitors: CompetitorDraft[]) => void
  error: string | undefined
}

function Competitors({ competitors, onChange, error }: CompetitorsProps) {
  const set = (at: number, fields: Partial<CompetitorDraft>): void =>
    onChange(
      competitors.map((one, index) => (index === at ? { ...one, ...fields, seenAt: new Date() } : one)),
    )
  return (
    <fieldset className="space-y-2">
      <legend className="text-[13px] font-medium">{text.competitors}</legend>
      <p className="text-xs text-ink-soft">{text.competitorsNote}</p>
      {competitors.map((one, at) => (
        <div key={at} className="grid grid-cols-[minmax(0,1fr)_6rem_auto] gap-2">
          <Input
            aria-label={text.competitor}
            placeholder={text.competitor}
            value={one.name}
            maxLength={200}
            onChange={({ target }) => set(at, { name: target.value })}
          />
          <Input
            aria-label={text.competitorPrice}
            placeholder={text.competitorPrice}
            inputMode="decimal"
            value={one.price}
            onChange={({ target }) => set(at, { price: target.value })}
          />
          <Button
            look="quiet"
            size="icon"
            aria-label={text.removeCompetitor}
            onClick={() => onChange(competitors.filter((_, index) => index !== at))}
          >
            <Trash2 aria-hidden />
          </Button>
          <Input
            aria-label={text.competitorUrl}
            placeholder="https://"
            type="url"
            className="col-span-2"
            value={one.url}
            maxLength={2000}
            onChange={({ target }) => set(at, { url: target.value })}
          />
          <p className="col-span-3 text-xs text-ink-soft">{text.seen(formatDateTime(one.seenAt))}</p>
        </div>
      ))}
      {error ? <p className="text-[13px] font-medium text-bad">{error}</p> : null}
      {competitors.length < MOST_COMPETITORS ? (
        <Button
          size="small"
          onClick={() => onChange([...competitors, { name: '', price: '', url: '', seenAt: new Date() }])}
        >
          <Plus aria-hidden /> {text.addCompetitor}
        </Button>
      ) : null}
    </fieldset>
  )
}

const SHOWN = 12

function PublicPrices({ product }: { product: Product }) {
  const newest = product.public_prices
    .toSorted((left, right) => (right.since?.getTime() ?? 0) - (left.since?.getTime() ?? 0))
    .slice(0, SHOWN)
  return (
    <section aria-label={text.history}>
      <h3 className="text-[13px] font-medium">{text.history}</h3>
      <p className="text-xs text-ink-soft">{text.historyNote}</p>
      {newest.length === 0 ? (
        <p className="mt-1 text-[13px]">{text.noHistory}</p>
      ) : (
        <ul className="figures mt-1 max-h-40 divide-y divide-line overflow-y-auto text-[13px]">
          {newest.map(({ price, since }, at) => (
            <li key={at} className="flex justify-between gap-3 py-1">
              <span className="font-medium">{formatMinor(price, product.currency)}</span>
              <span className="text-ink-soft">{text.since(formatDate(since))}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
