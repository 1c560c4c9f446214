import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { ChevronLeft, Lightbulb } from 'lucide-react'
import * as z from 'zod'

import { type Cell, segmentSchema } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { formatCount, formatDate, formatMoney, formatNumber, formatShare } from '@/data/format'
import { paths, type SourceRef } from '@/data/paths'
import { featureName, formatFigure, isShown } from '@/features/segments/figures'
import { findEntry, loadPageById } from '@/features/segments/run-data'
import { SourceHead } from '@/features/segments/source-head'
import { text } from '@/features/segments/text'
import { usePlace } from '@/features/sources/source-layout'
import { Badge } from '@/ui/badge'
import { Card, CardBody, CardHead, Figure } from '@/ui/card'
import { ScrollArea } from '@/ui/scroll-area'
import { Failed, Loading, Note, Skeleton, State } from '@/ui/states'

const customerReply = z.looseObject({
  run_id: z.string(),
  next_step: z.looseObject({ segment_key: z.string(), text: z.string() }).nullish().catch(null),
  history: z.array(
    z.looseObject({
      order_id: z.string().nullish(),
      ordered_at: z.string().nullish(),
      kind: z.string().nullish(),
      amount: z.number().nullish(),
      quantity: z.number().nullish(),
      product_name: z.string().nullish(),
      category: z.string().nullish(),
    }),
  ),
  currency: z.string().nullish(),
})

/** What only the server knows of a customer: order lines, and the change that would cost least. */
function useToldCustomer(source: SourceRef, id: string) {
  return useQuery({
    queryKey: ['told-customer', source, id],
    enabled: id !== '',
    queryFn: async () => {
      const { callFunction } = await import('@/data/functions')
      return callFunction('get_customer', { source, customer_id: id }, customerReply)
    },
    retry: 1,
  })
}
type ToldCustomer = ReturnType<typeof useToldCustomer>

/** Everything stored about one customer of one run: index entry, page row, segment. */
function useCustomer(source: SourceRef, run: string, id: string, buckets: number) {
  return useQuery({
    queryKey: ['customer', source, run, id],
    enabled: id !== '',
    queryFn: async () => {
      const entry = await findEntry(source, run, id, buckets)
      if (!entry) return null
      const { getDocument } = await import('@/data/firestore')
      const [page, stored] = await Promise.all([
        loadPageById(source, entry.page_id),
        getDocument(`${paths.segments(source)}/${entry.segment_id}`),
      ])
      const at = page?.customer_ids.indexOf(id) ?? -1
      const values: Record<string, Cell> = {}
      for (const [name, column] of Object.entries(page?.columns ?? {})) {
        values[name] = column[at] ?? null
      }
      const segment = stored
        ? segmentSchema.safeParse({ ...(stored.data as object), id: stored.id })
        : null
      return { values, segment: segment?.success ? segment.data : null }
    },
  })
}

export function CustomerPage() {
  const { id } = useSearch({ from: '/m/$owner/s/$kind/$sourceId/customer' })
  const { source, run, currency } = usePlace()
  const customer = useCustomer(source.ref, run, id, source.indexBuckets)
  const told = useToldCustomer(source.ref, customer.data ? id : '')
  const params = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }
  const search = run === source.currentRun ? {} : { run }
  const back = (
    <Link
      to="/m/$owner/s/$kind/$sourceId/customers"
      params={params}
      search={search}
      className="no-print mb-2 inline-flex items-center gap-1 text-[13px] font-medium text-ink-soft hover:text-ink"
    >
      <ChevronLeft className="size-4" aria-hidden /> {text.customer.back}
    </Link>
  )
  if (!id) {
    return (
      <State page title={text.customer.none} action={back}>
        {text.customer.noneNote}
      </State>
    )
  }
  if (customer.isPending) return <Loading label={text.customer.loading} />
  if (customer.isError) {
    return <Failed title={text.customer.failed} message={whatFailed(customer.error).message} />
  }
  if (!customer.data) {
    return (
      <State page title={text.customer.missing} action={back}>
        {text.customer.missingNote}
      </State>
    )
  }
  const { values, segment } = customer.data
  const number = (name: string): number | null =>
    typeof values[name] === 'number' ? values[name] : null
  const range = (name: 'churn' | 'value', write: (value: number) => string): string | undefined => {
    const [low, high] = [number(`${name}_low`), number(`${name}_high`)]
    return low === null || high === null ? undefined : text.segment.range(write(low), write(high))
  }
  const churn = number('churn')
  const value = number('value')
  const money = (amount: number): string => formatMoney(amount, currency)
  return (
    <>
      {back}
      <SourceHead title={<span className="break-all">{id}</span>} />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="space-y-4">
          <Card className="px-4 py-4 sm:px-5">
            <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
              <Figure label={featureName('monetary')} value={formatMoney(number('monetary'), currency)} />
              <Figure label={featureName('frequency')} value={formatCount(number('frequency'))} />
              <Figure label={featureName('recency_days')} value={formatCount(number('recency_days'))} />
              <Figure
                label={featureName('average_order_value')}
                value={formatMoney(number('average_order_value'), currency)}
              />
              <Figure
                label={featureName('churn')}
                value={formatShare(churn)}
                tone="insight"
                note={churn === null ? text.segment.tooLittle : range('churn', formatShare)}
              />
              <Figure
                label={featureName('value')}
                value={formatMoney(value, currency)}
                tone="insight"
                note={value === null ? text.segment.tooLittle : range('value', money)}
              />
            </dl>
          </Card>
          <History told={told} currency={currency} />
        </div>
        <div className="space-y-4">
          {segment ? (
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
                  {(segment.reasons ?? []).slice(0, 3).map((reason) => (
                    <li key={reason.feature}>{reason.text}</li>
                  ))}
                </ul>
              </CardBody>
            </Card>
          ) : null}
          <RfmCard values={values} />
          <NextStepCard told={told} run={run} />
          <Card>
            <details>
              <summary className="px-4 py-3 font-medium select-none hover:bg-sunken sm:px-5">
                {text.customer.raw}
              </summary>
              <dl className="figures grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1.5 border-t border-line p-4 text-[13px] sm:px-5">
                {Object.entries(values)
                  .filter(([name]) => isShown(name))
                  .map(([name, cell]) => (
                    <div key={name} className="contents">
                      <dt className="text-ink-soft">{featureName(name)}</dt>
                      <dd className="text-right">{formatFigure(name, cell, currency)}</dd>
                    </div>
                  ))}
              </dl>
            </details>
          </Card>
        </div>
      </div>
    </>
  )
}

function RfmCard({ values }: { values: Record<string, Cell> }) {
  const scores = (['r', 'f', 'm'] as const).map((score) => [score, values[score] ?? null] as const)
  if (scores.every(([, score]) => score === null)) return null
  return (
    <Card>
      <CardHead
        title={text.rfm.title}
        actions={values['rfm_group'] ? <Badge tone="primary">{String(values['rfm_group'])}</Badge> : null}
      />
      <CardBody className="pt-3">
        <dl className="grid grid-cols-3 gap-2 text-center">
          {scores.map(([score, found]) => (
            <div key={score} className="rounded-lg bg-sunken px-2 py-2">
              <dt className="text-xs text-ink-soft">{text.rfm[score]}</dt>
              <dd className="figures text-lg font-semibold">
                {typeof found === 'number' ? formatNumber(found, 0) : '–'}
              </dd>
            </div>
          ))}
        </dl>
      </CardBody>
    </Card>
  )
}

/** Of the latest run only: an earlier one is over, and nothing in it can be changed. */
function NextStepCard({ told, run }: { told: ToldCustomer; run: string }) {
  const { source } = usePlace()
  if (run !== source.currentRun || told.isError) return null
  const step = told.data?.next_step
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
        {told.isPending ? (
          <Skeleton className="h-10 w-full" />
        ) : step ? (
          <>
            <p>{step.text}</p>
            <Link
              to="/m/$owner/s/$kind/$sourceId/segments/$segmentKey"
              params={{
                owner: source.ref.uid,
                kind: source.ref.kind,
                sourceId: source.ref.id,
                segmentKey: step.segment_key,
              }}
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

function History({ told, currency }: { told: ToldCustomer; currency: string | null }) {
  const lines = told.data?.history.toReversed() ?? []
  return (
    <Card>
      <CardHead title={text.customer.history} note={text.customer.historyNote} />
      <CardBody className="pt-3">
        {told.isPending ? (
          <Skeleton className="h-40 w-full" />
        ) : told.isError ? (
          <Note tone="bad" role="alert">
            {text.customer.historyFailed} {whatFailed(told.error).message}
          </Note>
        ) : lines.length === 0 ? (
          <p className="text-ink-soft">{text.customer.historyNone}</p>
        ) : (
          <ScrollArea role="region" label={text.customer.history} className="max-h-[30rem]">
            <table className="w-full text-[13px]">
              <thead className="sticky top-0 bg-surface text-left text-xs text-ink-soft">
                <tr>
                  <th scope="col" className="py-1.5 pr-3 font-medium">
                    {text.customer.when}
                  </th>
                  <th scope="col" className="py-1.5 pr-3 font-medium">
                    {text.customer.order}
                  </th>
                  <th scope="col" className="py-1.5 pr-3 font-medium">
                    {text.customer.product}
                  </th>
                  <th scope="col" className="py-1.5 pr-3 text-right font-medium">
                    {text.customer.quantity}
                  </th>
                  <th scope="col" className="py-1.5 text-right font-medium">
                    {text.customer.amount}
                  </th>
                </tr>
              </thead>
              <tbody className="figures">
                {lines.map((line, at) => (
                  <tr key={at} className="border-t border-line">
                    <td className="py-1.5 pr-3 whitespace-nowrap">{formatDate(line.ordered_at)}</td>
                    <td className="max-w-28 truncate py-1.5 pr-3">{line.order_id}</td>
                    <td className="py-1.5 pr-3">
                      {line.product_name ?? line.category ?? '–'}
                      {line.kind && line.kind !== 'sale' ? (
                        <Badge tone="pricing" className="ml-2">
                          {text.customer.kinds[line.kind] ?? line.kind}
                        </Badge>
                      ) : null}
                    </td>
                    <td className="py-1.5 pr-3 text-right">{formatNumber(line.quantity, 2)}</td>
                    <td className="py-1.5 text-right">{formatMoney(line.amount, currency)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollArea>
        )}
      </CardBody>
    </Card>
  )
}
