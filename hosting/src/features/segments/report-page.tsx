import { Printer } from 'lucide-react'
import { useMemo } from 'react'

import { whatFailed } from '@/data/failure'
import { formatCount, formatDate, formatDateTime, formatShare } from '@/data/format'
import { PairedBars } from '@/features/segments/charts/bars'
import { segmentColours } from '@/features/segments/charts/colours'
import { text as charts } from '@/features/segments/charts/text'
import { RfmHeatmap } from '@/features/segments/rfm-heatmap'
import { useSegments } from '@/features/segments/api'
import { Stability } from '@/features/segments/stability'
import { text } from '@/features/segments/text'
import { Totals } from '@/features/segments/totals'
import { SourceBadge } from '@/features/sources/source-badge'
import { usePlace } from '@/features/sources/place'
import { EmotionHeatmap } from '@/features/texts/emotion-heatmap'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Failed, Loading } from '@/ui/states'

/** A clean page to print: one source, one run, nothing to click. */
export function ReportPage() {
  const { source, run, summary } = usePlace()
  const segments = useSegments(source.ref, run)
  const shown = useMemo(() => segments.data ?? [], [segments.data])
  const colours = useMemo(() => segmentColours(shown.map((one) => one.segment_key)), [shown])
  if (segments.isPending) return <Loading label={text.loading} />
  if (segments.isError) {
    return <Failed title={text.failed} message={whatFailed(segments.error).message} />
  }
  const about = summary.state === 'ready' ? summary.data : null
  return (
    <article className="mx-auto max-w-4xl space-y-4">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1 className="text-2xl font-semibold tracking-tight">{text.report.title}</h1>
          <div className="mt-1.5 flex flex-wrap items-center gap-2 text-[13px] text-ink-soft">
            <SourceBadge kind={source.ref.kind} label={source.label} />
            {about ? <span>{text.report.made(formatDateTime(about.finished_at))}</span> : null}
          </div>
        </div>
        <Button look="primary" className="no-print" onClick={() => window.print()}>
          <Printer aria-hidden /> {text.report.print}
        </Button>
      </header>
      <Totals />
      <Card>
        <CardHead title={text.report.segments} />
        <CardBody>
          <PairedBars
            first={charts.shareOfCustomers}
            second={charts.shareOfRevenue}
            rows={shown.map((one) => ({
              key: one.id,
              label: one.name,
              first: one.share,
              second: one.revenue_share ?? 0,
              colour: colours[one.segment_key] ?? 'var(--primary)',
            }))}
          />
        </CardBody>
      </Card>
      <Card>
        <CardHead title={text.report.why} />
        <CardBody className="space-y-4 pt-3">
          {shown.map((one) => (
            <section key={one.id} className="print:break-inside-avoid">
              <h3 className="flex flex-wrap items-center gap-2 font-semibold">
                {one.name} <Stability value={one.stability} />
              </h3>
              <p className="figures text-xs text-ink-soft">
                {text.card.customers(formatCount(one.customer_count))} · {formatShare(one.share, 1)}{' '}
                {text.card.share} · {formatShare(one.revenue_share, 1)} {text.card.revenue}
              </p>
              <ul className="mt-1 list-disc pl-5 text-[13px]">
                {(one.reasons ?? []).slice(0, 3).map((reason) => (
                  <li key={reason.feature}>{reason.text}</li>
                ))}
              </ul>
            </section>
          ))}
        </CardBody>
      </Card>
      <RfmHeatmap segments={shown} kind={source.ref.kind} onOpen={() => undefined} />
      {shown.some((one) => one.emotions) ? (
        <EmotionHeatmap segments={shown} kind={source.ref.kind} onOpen={() => undefined} />
      ) : null}
      {about ? (
        <Card>
          <CardHead title={text.report.method} />
          <CardBody className="pt-2">
            <p className="text-ink-soft">
              {text.report.methodNote(
                { kmeans: 'K-Means', dbscan: 'DBSCAN' }[about.algorithm ?? ''] ?? about.algorithm ?? '–',
                formatDate(about.as_of),
              )}
            </p>
          </CardBody>
        </Card>
      ) : null}
    </article>
  )
}
