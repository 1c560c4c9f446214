import { Link, useSearch } from '@tanstack/react-router'
import { ChevronLeft, Lightbulb } from 'lucide-react'

import { whatFailed } from '@/data/failure'
import { type Customer, type NextStep, useCustomer, useEarlierCustomer } from '@/features/customers/api'
import { HistoryCard } from '@/features/customers/history-card'
import { AllFigures, MainFigures, RfmCard } from '@/features/customers/score-cards'
import { text } from '@/features/customers/text'
import { SourceHead } from '@/features/sources/source-head'
import { usePlace } from '@/features/sources/place'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Failed, Loading, State } from '@/ui/states'

/** One customer: one call for the latest run, which holds everything; an earlier run is read as it was stored. */
export function CustomerPage() {
  const { id } = useSearch({ from: '/m/$owner/s/$kind/$sourceId/customer' })
  const { source, run, summary, currency, indexBuckets } = usePlace()
  const isLatest = run === source.currentRun
  const latest = useCustomer(source.ref, source.currentRun, id)
  const earlier = useEarlierCustomer(
    source.ref,
    run,
    id,
    indexBuckets,
    !isLatest && summary.state !== 'loading',
  )
  const shown = isLatest ? latest : earlier
  if (!id) {
    return (
      <State page title={text.customer.none} action={<Back />}>
        {text.customer.noneNote}
      </State>
    )
  }
  if (shown.isPending) return <Loading label={text.customer.loading} />
  if (shown.isError) {
    return <Failed title={text.customer.failed} message={whatFailed(shown.error).message} />
  }
  if (!shown.data) {
    return (
      <State page title={text.customer.missing} action={<Back />}>
        {text.customer.missingNote}
      </State>
    )
  }
  const { scores, segment } = shown.data
  return (
    <>
      <Back />
      <SourceHead title={<span className="break-all">{id}</span>} />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="space-y-4">
          <MainFigures scores={scores} currency={currency} />
          <HistoryCard customer={latest} currency={currency} />
        </div>
        <div className="space-y-4">
          {segment ? <SegmentCard segment={segment} /> : null}
          <RfmCard scores={scores} />
          {isLatest ? <NextStepCard step={latest.data?.next_step} /> : null}
          <AllFigures scores={scores} currency={currency} />
        </div>
      </div>
    </>
  )
}

/** Where links of this page lead: the source, and the run if it isn't the latest. */
function useTarget() {
  const { source, run } = usePlace()
  return {
    params: { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id },
    search: run === source.currentRun ? {} : { run },
  }
}

function Back() {
  return (
    <Link
      to="/m/$owner/s/$kind/$sourceId/customers"
      {...useTarget()}
      className="no-print mb-2 inline-flex items-center gap-1 text-[13px] font-medium text-ink-soft hover:text-ink"
    >
      <ChevronLeft className="size-4" aria-hidden /> {text.customer.back}
    </Link>
  )
}

const REASONS = 3

function SegmentCard({ segment }: { segment: NonNullable<Customer['segment']> }) {
  const { params, search } = useTarget()
  return (
    <Card>
      <CardHead title={text.customer.group} />
      <CardBody className="pt-2">
        <Link
          to="/m/$owner/s/$kind/$sourceId/segments/$segmentKey"
          params={{ ...params, segmentKey: segment.segment_key }}
          search={search}
          className="font-semibold text-primary-ink underline underline-offset-4"
        >
          {segment.name}
        </Link>
        <ul className="mt-2 space-y-1.5 text-[13px] text-ink-soft">
          {(segment.reasons ?? []).slice(0, REASONS).map((reason) => (
            <li key={reason.feature}>{reason.text}</li>
          ))}
        </ul>
      </CardBody>
    </Card>
  )
}

/** Of the latest run only: an earlier one is over, and nothing in it can be changed. */
function NextStepCard({ step }: { step: NextStep | null | undefined }) {
  const { params } = useTarget()
  return (
    <Card>
      <CardHead
        title={
          <span className="flex items-center gap-1.5 text-insight">
            <Lightbulb className="size-4" aria-hidden /> {text.customer.cheapest}
          </span>
        }
      />
      <CardBody className="pt-2">
        {step ? (
          <>
            <p>{step.text}</p>
            <Link
              to="/m/$owner/s/$kind/$sourceId/segments/$segmentKey"
              params={{ ...params, segmentKey: step.segment_key }}
              search={{}}
              className="mt-2 inline-block font-medium text-primary-ink underline underline-offset-4"
            >
              {text.customer.cheapestOpen}
            </Link>
            <p className="mt-2 text-xs text-ink-soft">{text.customer.cheapestNote}</p>
          </>
        ) : (
          <p className="text-ink-soft">{text.customer.noStep}</p>
        )}
      </CardBody>
    </Card>
  )
}
