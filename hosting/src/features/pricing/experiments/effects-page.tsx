import { whatFailed } from '@/data/failure'
import { formatCount, formatFixed, formatShare } from '@/data/format'
import { formatMinor } from '@/data/money'
import { useProducts } from '@/features/pricing/api'
import { useAudience } from '@/features/pricing/audience'
import { type Analytics, useAnalytics } from '@/features/pricing/experiments/api'
import { FairnessCard } from '@/features/pricing/experiments/fairness-card'
import { text } from '@/features/pricing/experiments/text'
import { PricesPage } from '@/features/pricing/prices-page'
import { Whiskers } from '@/features/pricing/whiskers'
import { ChartFrame } from '@/features/segments/charts/chart-frame'
import { usePlace } from '@/features/sources/place'
import { Card, CardBody, CardHead, Figure } from '@/ui/card'
import { Failed, Loading, Note, State } from '@/ui/states'

const words = text.effects

export function EffectsPage() {
  const { source } = usePlace()
  const analytics = useAnalytics(source.ref)
  return (
    <PricesPage title={words.title} note={words.note}>
      {analytics.isPending ? (
        <Loading label={words.loading} />
      ) : analytics.isError ? (
        <Failed inside title={words.failed} message={whatFailed(analytics.error).message} />
      ) : analytics.data.length === 0 ? (
        <Card>
          <State title={words.none}>{words.noneNote}</State>
        </Card>
      ) : (
        analytics.data.map((one) => <OfCurrency key={one.currency} analytics={one} />)
      )}
      <FairnessCard />
    </PricesPage>
  )
}

/** The names of segments, as the current run has them. */
export function useSegmentNames(): (key: string) => string {
  const { segments } = useAudience()
  return (key) => segments.find(({ value }) => value === key)?.label ?? (key === 'unknown' ? words.unknown : key)
}

function OfCurrency({ analytics }: { analytics: Analytics }) {
  const { currency } = analytics
  const { limited } = analytics
  return (
    <>
      <Card>
        <CardHead title={words.totals} />
        <CardBody>
          <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3 xl:grid-cols-6">
            <Figure label={words.quotes} value={formatCount(analytics.quotes)} />
            <Figure label={words.customers} value={formatCount(analytics.customers)} />
            <Figure label={words.orders} value={formatCount(analytics.orders)} />
            <Figure label={words.revenue} value={formatMinor(analytics.revenue, currency)} />
            <Figure
              label={words.saved}
              value={formatMinor(limited.raised, currency)}
              note={words.savedNote(formatCount(limited.orders))}
              tone="pricing"
            />
            <Figure label={words.lowered} value={formatMinor(limited.lowered, currency)} />
          </dl>
        </CardBody>
      </Card>
      <EffectChart analytics={analytics} />
      <SegmentTable analytics={analytics} />
      <PointTable analytics={analytics} />
    </>
  )
}

function EffectChart({ analytics: { currency, effects } }: { analytics: Analytics }) {
  const { source } = usePlace()
  const nameOf = useSegmentNames()
  const money = (value: number | null | undefined): string =>
    value == null ? words.notEnough : formatMinor(Math.round(value), currency)
  return (
    <ChartFrame
      title={words.effect}
      takeaway={words.effectTakeaway}
      kind={source.ref.kind}
      table={{
        columns: [words.segment, words.perCustomer, words.interval, words.total],
        rows: effects.map((one) => [
          nameOf(one.segment),
          money(one.per_customer),
          one.low == null ? '–' : `${money(one.low)} … ${money(one.high)}`,
          one.total == null ? '–' : money(one.total),
        ]),
      }}
    >
      {effects.length === 0 ? (
        <Note>{words.noEffect}</Note>
      ) : (
        <Whiskers
          rows={effects.map((one) => ({
            key: one.segment,
            label: nameOf(one.segment),
            note: `${formatCount(one.customers)} / ${formatCount(one.holdout_customers)}`,
            value: one.per_customer ?? null,
            low: one.low,
            high: one.high,
            words:
              one.per_customer == null
                ? words.notEnough
                : `${money(one.per_customer)} (${money(one.low)} … ${money(one.high)})`,
          }))}
        />
      )}
    </ChartFrame>
  )
}

function SegmentTable({ analytics: { segments } }: { analytics: Analytics }) {
  const { source } = usePlace()
  const nameOf = useSegmentNames()
  return (
    <ChartFrame
      title={words.segments}
      takeaway={words.segmentsTakeaway}
      kind={source.ref.kind}
      table={{
        columns: [words.segment, words.customers, words.mean, words.spread, words.variation, words.accepted],
        rows: segments.map((one) => [
          nameOf(one.segment),
          formatCount(one.customers),
          formatShare(one.mean_of_base, 1),
          `${formatShare(one.lowest_of_base)} … ${formatShare(one.highest_of_base)}`,
          formatFixed(one.variation, 3),
          one.acceptance.enough
            ? `${formatShare(one.acceptance.value)} (${formatShare(one.acceptance.low)} … ${formatShare(one.acceptance.high)})`
            : words.notEnough,
        ]),
      }}
    >
      <Whiskers
        zero={1}
        rows={segments.map((one) => ({
          key: one.segment,
          label: nameOf(one.segment),
          note: `${words.accepted}: ${one.acceptance.enough ? formatShare(one.acceptance.value) : words.notEnough}`,
          value: one.mean_of_base,
          low: one.lowest_of_base,
          high: one.highest_of_base,
          words: `${formatShare(one.mean_of_base, 1)} (${formatShare(one.lowest_of_base)} … ${formatShare(one.highest_of_base)})`,
        }))}
      />
    </ChartFrame>
  )
}

function PointTable({ analytics: { points, points_left_out: left, currency } }: { analytics: Analytics }) {
  const { source } = usePlace()
  const products = useProducts(source.ref)
  const names = new Map(products.state === 'ready' ? products.data.map(({ id, name }) => [id, name]) : [])
  const rows = points.map((point) => ({
    key: `${point.product_id} ${point.price}`,
    label: formatMinor(point.price, currency),
    note: names.get(point.product_id) ?? point.product_id,
    value: point.conversion.value,
    low: point.conversion.low,
    high: point.conversion.high,
    faint: !point.conversion.enough,
    words: point.conversion.enough
      ? `${formatShare(point.conversion.value, 1)} (${formatShare(point.conversion.low)} … ${formatShare(point.conversion.high)})`
      : words.notEnough,
  }))
  if (rows.length === 0) return null
  return (
    <ChartFrame
      title={words.points}
      takeaway={words.pointsTakeaway}
      kind={source.ref.kind}
      table={{
        columns: [words.point, words.share, words.customers],
        rows: points.map((point) => [
          `${names.get(point.product_id) ?? point.product_id}, ${formatMinor(point.price, currency)}`,
          formatShare(point.conversion.value, 1),
          formatCount(point.conversion.n),
        ]),
      }}
    >
      <div className="max-h-96 overflow-y-auto">
        <Whiskers rows={rows} />
      </div>
      {left ? <p className="mt-2 text-xs text-ink-soft">{words.leftOut(formatCount(left))}</p> : null}
    </ChartFrame>
  )
}
