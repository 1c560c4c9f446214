import { Link, useParams, useSearch } from '@tanstack/react-router'
import { ArrowDown, ArrowUp, ChevronLeft } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'

import type { Bounded, Segment } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { formatCount, formatMoney, formatShare } from '@/data/format'
import { segmentColours } from '@/features/segments/charts/colours'
import { SegmentIcon } from '@/features/segments/archetypes'
import { CustomersTable } from '@/features/customers/customers-table'
import { featureName, formatFigure } from '@/features/customers/figures'
import { useSegments } from '@/features/segments/api'
import { SourceHead } from '@/features/sources/source-head'
import { Stability } from '@/features/segments/stability'
import { text } from '@/features/segments/text'
import { text as columns } from '@/features/customers/text'
import { text as predicting } from '@/features/predicting/text'
import { usePlace } from '@/features/sources/place'
import { PersonalityCard } from '@/features/texts/personality-card'
import { Badge } from '@/ui/badge'
import { Card, CardBody, CardHead, Figure } from '@/ui/card'
import { Failed, Loading, Skeleton, State } from '@/ui/states'

const SegmentCharts = lazy(() =>
  import('@/features/segments/segment-charts').then(({ SegmentCharts }) => ({ default: SegmentCharts })),
)

export function SegmentPage() {
  const { segmentKey } = useParams({ from: '/m/$owner/s/$kind/$sourceId/segments/$segmentKey' })
  const { run: chosen } = useSearch({ from: '/m/$owner/s/$kind/$sourceId' })
  const { source, run, currency } = usePlace()
  const segments = useSegments(source.ref, run)
  const all = useMemo(() => segments.data ?? [], [segments.data])
  const colours = useMemo(() => segmentColours(all.map((one) => one.segment_key)), [all])
  const params = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }
  const search = chosen ? { run: chosen } : {}

  if (segments.isPending) return <Loading label={text.loading} />
  if (segments.isError) {
    return <Failed title={text.failed} message={whatFailed(segments.error).message} />
  }
  const segment = all.find((one) => one.segment_key === segmentKey)
  const back = (
    <Link
      to="/m/$owner/s/$kind/$sourceId"
      params={params}
      search={search}
      className="no-print mb-2 inline-flex items-center gap-1 text-[13px] font-medium text-ink-soft hover:text-ink"
    >
      <ChevronLeft className="size-4" aria-hidden /> {text.segment.back}
    </Link>
  )
  if (!segment) {
    return (
      <State page title={text.segment.missing} action={back}>
        {text.segment.missingNote}
      </State>
    )
  }
  const colour = colours[segment.segment_key] ?? 'var(--primary)'
  return (
    <>
      {back}
      <SourceHead
        title={
          <span className="flex items-center gap-3">
            <SegmentIcon archetype={segment.archetype} colour={colour} /> {segment.name}
          </span>
        }
      />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="space-y-4">
          <Card className="px-4 py-4 sm:px-5">
            <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Figure
                label={text.totals.customers}
                value={formatCount(segment.customer_count)}
                note={`${formatShare(segment.share, 1)} ${text.card.share}`}
              />
              <Figure
                label={text.totals.net}
                value={formatShare(segment.revenue_share)}
                note={text.card.revenue}
              />
              <Prediction label={text.segment.churn} prediction={segment.churn} write={formatShare} />
              <Prediction
                label={text.segment.ltv}
                prediction={segment.ltv}
                write={(value) => formatMoney(value, segment.ltv?.currency ?? currency)}
              />
            </dl>
          </Card>
          <Reasons segment={segment} />
          <Suspense fallback={<Skeleton className="h-80 w-full rounded-xl" />}>
            <SegmentCharts segment={segment} all={all} colours={colours} />
          </Suspense>
        </div>
        <div className="space-y-4">
          <Sureness segment={segment} />
          <PersonalityCard segment={segment} kind={source.ref.kind} />
          <Metrics segment={segment} currency={currency} />
        </div>
      </div>
      <div className="mt-4">
        <CustomersTable segment={segment} preview />
        <p className="mt-3">
          <Link
            to="/m/$owner/s/$kind/$sourceId/customers"
            params={params}
            search={{ ...search, segment: segment.segment_key }}
            className="font-medium text-primary-ink underline underline-offset-4"
          >
            {text.segment.seeAll(formatCount(segment.customer_count))}
          </Link>
        </p>
      </div>
    </>
  )
}

function Prediction({ label, prediction, write }: { label: string; prediction: Bounded | null | undefined; write: (value: number) => string }) {
  if (prediction?.value == null) return <Figure label={label} value="–" note={predicting.tooLittle} />
  const range =
    prediction.low != null && prediction.high != null
      ? predicting.range(write(prediction.low), write(prediction.high))
      : undefined
  return <Figure label={label} value={write(prediction.value)} note={range} tone="insight" />
}

const STRENGTHS = [0.2, 0.5, 0.8]

function Reasons({ segment }: { segment: Segment }) {
  const reasons = segment.reasons ?? []
  return (
    <Card>
      <CardHead title={text.segment.why} note={text.segment.whyNote} />
      <CardBody className="pt-3">
        {reasons.length === 0 ? (
          <p className="text-ink-soft">{text.card.noReasons}</p>
        ) : (
          <ul className="space-y-2.5">
            {reasons.map((reason) => {
              const higher = reason.direction === 'higher'
              const strength = STRENGTHS.filter((least) => Math.abs(reason.effect ?? 0) >= least).length
              return (
                <li key={reason.feature} className="flex items-start gap-3">
                  <span
                    className="mt-0.5 grid size-5 shrink-0 place-items-center rounded-full bg-primary-soft text-primary-ink"
                    title={higher ? text.segment.higher : text.segment.lower}
                  >
                    {higher ? (
                      <ArrowUp className="size-3.5" aria-label={text.segment.higher} />
                    ) : (
                      <ArrowDown className="size-3.5" aria-label={text.segment.lower} />
                    )}
                  </span>
                  <span className="min-w-0 flex-1">{reason.text}</span>
                  <Badge>{text.segment.effects[strength]}</Badge>
                </li>
              )
            })}
          </ul>
        )}
      </CardBody>
    </Card>
  )
}

function Sureness({ segment }: { segment: Segment }) {
  const runnerUp = segment.runner_up
  const rows: [string, React.ReactNode][] = [
    [text.card.stability, <Stability key="stability" value={segment.stability} />],
    [
      text.segment.fit,
      segment.archetype ? formatShare(segment.fit) : <span>{text.segment.noArchetype}</span>,
    ],
    [
      text.segment.runnerUp,
      runnerUp
        ? text.segment.runnerUpNote(
            text.archetypes[runnerUp.archetype] ?? runnerUp.archetype,
            formatShare(runnerUp.fit),
          )
        : '–',
    ],
    [text.segment.evidence, text.segment.evidences[segment.evidence ?? ''] ?? '–'],
  ]
  return (
    <Card>
      <CardHead title={text.segment.sure} />
      <CardBody className="pt-3">
        <dl className="space-y-3 text-[13px]">
          {rows.map(([label, value]) => (
            <div key={label}>
              <dt className="text-xs text-ink-soft">{label}</dt>
              <dd className="mt-0.5">{value}</dd>
            </div>
          ))}
        </dl>
        {segment.stability != null ? (
          <p className="mt-3 text-xs text-ink-soft">{text.stabilityNote(formatShare(segment.stability))}</p>
        ) : null}
      </CardBody>
    </Card>
  )
}

const METRICS = Object.keys(columns.features)
const SHOWN_METRICS = 12

/** Means and medians, the best known figures first; each leads to the customers, sorted by it. */
function Metrics({ segment, currency }: { segment: Segment; currency: string | null }) {
  const { run, source } = usePlace()
  const place = (name: string): number => (METRICS.indexOf(name) + METRICS.length + 1) % (METRICS.length + 1)
  const metrics = Object.entries(segment.metrics ?? {})
    .filter(([name, { mean }]) => mean != null && !/_(low|high)$/.test(name))
    .toSorted(([left], [right]) => place(left) - place(right))
  if (metrics.length === 0) return null
  const params = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }
  const rows = (shown: typeof metrics, head: boolean) => (
    <table className="w-full table-fixed text-[13px]">
      <thead className={head ? 'text-xs text-ink-soft' : 'sr-only'}>
        <tr>
          <th scope="col" className="w-[52%] py-1 text-left font-medium">
            {text.segment.feature}
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            {text.segment.mean}
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            {text.segment.median}
          </th>
        </tr>
      </thead>
      <tbody className="figures">
        {shown.map(([feature, { mean, median }]) => (
          <tr key={feature} className="border-t border-line">
            <th scope="row" className="py-1.5 pr-2 text-left font-normal">
              <Link
                to="/m/$owner/s/$kind/$sourceId/customers"
                params={params}
                search={{
                  ...(run === source.currentRun ? {} : { run }),
                  segment: segment.segment_key,
                  sort: feature,
                  dir: 'desc',
                }}
                className="underline-offset-4 hover:underline"
              >
                {featureName(feature)}
              </Link>
            </th>
            <td className="py-1.5 text-right">{formatFigure(feature, mean, currency)}</td>
            <td className="py-1.5 text-right">{formatFigure(feature, median, currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
  return (
    <Card>
      <CardHead title={text.segment.numbers} note={text.segment.numbersNote} />
      <CardBody className="relative pt-3">
        {rows(metrics.slice(0, SHOWN_METRICS), true)}
        {metrics.length > SHOWN_METRICS ? (
          <details className="border-t border-line">
            <summary className="py-2 text-[13px] font-medium text-primary-ink select-none">
              {text.segment.moreNumbers(formatCount(metrics.length - SHOWN_METRICS))}
            </summary>
            {rows(metrics.slice(SHOWN_METRICS), false)}
          </details>
        ) : null}
      </CardBody>
    </Card>
  )
}
