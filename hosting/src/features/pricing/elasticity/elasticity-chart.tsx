import { useNavigate, useSearch } from '@tanstack/react-router'

import { formatCount, formatFixed } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { Product } from '@/data/prices'
import { useAudience } from '@/features/pricing/audience'
import { ALL, type Learnt, type PriceModel, type ShopWide } from '@/features/pricing/elasticity/api'
import { text } from '@/features/pricing/elasticity/text'
import { plainName } from '@/features/pricing/words'
import { type Whisker, Whiskers } from '@/features/pricing/whiskers'
import { ChartFrame } from '@/features/segments/charts/chart-frame'
import { usePlace } from '@/features/sources/place'
import { Select } from '@/ui/field'

const ROUTE = '/m/$owner/s/$kind/$sourceId/prices/elasticity'

interface ElasticityChartProps {
  models: PriceModel[]
  pooled: ShopWide
  products: Product[]
}

interface Row {
  key: string
  label: string
  learnt: Learnt
}

/** The product that order lines name so. */
export function productOf(id: string, products: Product[]): Product | undefined {
  return products.find((product) => product.product_id === id || product.id === id)
}

/** The name of a segment, or of all customers. */
export function useNameOfSegment(): (key: string) => string {
  const { segments } = useAudience()
  return (key) =>
    key === ALL ? text.all : (segments.find(({ value }) => value === key)?.label ?? key)
}

export function ElasticityChart({ models, pooled, products }: ElasticityChartProps) {
  const { source } = usePlace()
  const { product } = useSearch({ from: ROUTE })
  const nameOfSegment = useNameOfSegment()
  const nameOf = (id: string): string => productOf(id, products)?.name ?? id
  const one = models.find(({ product_id: id }) => id === product)
  const rows: Row[] = one
    ? Object.entries(one.segments)
        .toSorted(([left], [right]) => Number(right === ALL) - Number(left === ALL))
        .map(([key, learnt]) => ({ key, label: nameOfSegment(key), learnt }))
    : models.flatMap(({ product_id: id, segments: { [ALL]: learnt } }) =>
        learnt ? [{ key: id, label: nameOf(id), learnt }] : [],
      )
  const currency = one ? (productOf(one.product_id, products)?.currency ?? null) : null
  return (
    <ChartFrame
      title={text.chart}
      takeaway={one ? text.takeawayOne(nameOf(one.product_id)) : text.takeaway}
      kind={source.ref.kind}
      actions={<ProductSelect models={models} chosen={one?.product_id ?? ''} nameOf={nameOf} />}
      table={{
        columns: Object.values(text.columns),
        rows: rows.map(({ label, learnt }) => [
          label,
          isTold(learnt) ? formatFixed(learnt.elasticity, 2) : '–',
          isTold(learnt) ? `${formatFixed(learnt.low, 2)} … ${formatFixed(learnt.high, 2)}` : '–',
          formatCount(learnt.n_orders),
          formatCount(learnt.n_weeks),
          verdictText(learnt),
        ]),
      }}
    >
      <div className="max-h-[36rem] overflow-y-auto">
        <Whiskers
          rows={[
            ...(one || !pooled ? [] : [pooledRow(pooled)]),
            ...rows.map((row) => whiskerOf(row, currency)),
          ]}
        />
      </div>
    </ChartFrame>
  )
}

interface ProductSelectProps {
  models: PriceModel[]
  chosen: string
  nameOf: (id: string) => string
}

function ProductSelect({ models, chosen, nameOf }: ProductSelectProps) {
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const navigate = useNavigate()
  return (
    <Select
      aria-label={text.product}
      className="w-auto max-w-56"
      value={chosen}
      onChange={({ target }) =>
        void navigate({
          to: ROUTE,
          params: { owner, kind, sourceId },
          search: target.value ? { product: target.value } : {},
          resetScroll: false,
        })
      }
    >
      <option value="">{text.allProducts}</option>
      {models.map(({ product_id: id }) => (
        <option key={id} value={id}>
          {nameOf(id)}
        </option>
      ))}
    </Select>
  )
}

/** Whether the orders tell an elasticity at all. */
export function isTold({ elasticity, verdict }: Learnt): boolean {
  return elasticity != null && verdict !== 'not identifiable'
}

/** What is said of an estimate, or of why there is none and what would tell. */
function verdictText(learnt: Learnt): string {
  if (isTold(learnt)) return plainName(text.verdicts, learnt.verdict)
  const { needed, evidence } = learnt
  const more =
    needed?.orders != null && needed.weeks != null
      ? text.test(formatCount(needed.orders), formatCount(needed.weeks))
      : (evidence ?? '')
  return `${text.notIdentifiable}. ${more}`.trim()
}

function spanText({ elasticity, low, high }: { elasticity?: number | null; low?: number | null; high?: number | null }): string {
  return `${formatFixed(elasticity, 2)} (${formatFixed(low, 2)} … ${formatFixed(high, 2)})`
}

function whiskerOf({ key, label, learnt }: Row, currency: string | null): Whisker {
  const told = isTold(learnt)
  const pays = learnt.willingness_to_pay
  const evidence = text.evidence(formatCount(learnt.n_orders), formatCount(learnt.n_weeks))
  return {
    key,
    label,
    note:
      pays && currency
        ? text.willing(
            formatMinor(pays.price, currency),
            formatMinor(pays.low, currency),
            formatMinor(pays.high, currency),
          )
        : evidence,
    value: told ? (learnt.elasticity ?? null) : null,
    low: learnt.low,
    high: learnt.high,
    faint: learnt.verdict === 'uncertain',
    words: told
      ? learnt.verdict === 'identified'
        ? spanText(learnt)
        : `${spanText(learnt)}, ${verdictText(learnt).toLowerCase()}`
      : verdictText(learnt),
  }
}

function pooledRow(pooled: NonNullable<ShopWide>): Whisker {
  const { elasticity, low, high, products, weeks } = pooled
  return {
    key: 'all products',
    label: text.pooled,
    note: text.pooledNote(formatCount(products), formatCount(weeks)),
    value: elasticity ?? null,
    low,
    high,
    words: elasticity == null ? text.notIdentifiable : spanText(pooled),
  }
}
