/** Reads the customers of a run, and one of them. A run never changes, so each part is read once. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import * as z from 'zod'

import {
  bucketSchema,
  cellSchema,
  type IndexEntry,
  type Page,
  pageSchema,
  parseStored,
  segmentSchema,
} from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { bucketId, pageRange, paths, type SourceRef } from '@/data/paths'

/** One page of a segment's customers (at most 500), the one after `after`. */
async function loadPage(
  source: SourceRef,
  run: string,
  segmentKey: string,
  after: string | undefined,
): Promise<Page | null> {
  const { getIdRange } = await import('@/data/firestore')
  const [from, before] = pageRange(run, segmentKey)
  const stored = await getIdRange(paths.customers(source), from, before, { after, most: 1 })
  return stored[0] ? (parseStored(pageSchema, stored[0])[0] ?? null) : null
}

/** Where one customer is: one get by key. */
export async function findEntry(
  source: SourceRef,
  run: string,
  customerId: string,
  buckets: number,
): Promise<IndexEntry | null> {
  const { getDocument } = await import('@/data/firestore')
  const id = await bucketId(run, customerId, buckets)
  const stored = await getDocument(`${paths.index(source)}/${id}`)
  const bucket = stored ? parseStored(bucketSchema, stored)[0] : undefined
  const entries = bucket?.entries ?? {}
  return Object.hasOwn(entries, customerId) ? (entries[customerId] ?? null) : null
}

const orderLine = z.looseObject({
  order_id: z.string().nullish(),
  ordered_at: z.string().nullish(),
  kind: z.string().nullish(),
  amount: z.number().nullish(),
  quantity: z.number().nullish(),
  product_name: z.string().nullish(),
  category: z.string().nullish(),
})
export type OrderLine = z.infer<typeof orderLine>

const nextStep = z.looseObject({ segment_key: z.string(), text: z.string() })
export type NextStep = z.infer<typeof nextStep>

const customerSegment = segmentSchema.pick({ segment_key: true, name: true, reasons: true })

const scores = z.record(z.string(), cellSchema)
export type Scores = z.infer<typeof scores>

const customerReply = z.looseObject({
  run_id: z.string(),
  scores,
  segment: customerSegment.nullish().catch(null),
  next_step: nextStep.nullish().catch(null),
  history: z.array(orderLine),
})
export type Customer = z.infer<typeof customerReply>

/** All that is known of one customer, as of the latest run: one call. Null where there is none of that id. */
async function getCustomer(source: SourceRef, id: string): Promise<Customer | null> {
  const { callFunction } = await import('@/data/functions')
  try {
    return await callFunction('get_customer', { source, customer_id: id }, customerReply)
  } catch (error) {
    if (whatFailed(error).code === 'no-customer') return null
    throw error
  }
}

/** What one run says of one customer; null where it has none of that id. */
async function readFromRun(
  source: SourceRef,
  run: string,
  id: string,
  buckets: number,
): Promise<Pick<Customer, 'scores' | 'segment'> | null> {
  const entry = await findEntry(source, run, id, buckets)
  if (!entry) return null
  const { getDocument } = await import('@/data/firestore')
  const [page, segment] = await Promise.all([
    getDocument(`${paths.customers(source)}/${entry.page_id}`),
    getDocument(`${paths.segments(source)}/${entry.segment_id}`),
  ])
  const { customer_ids, columns } = pageSchema.parse({ ...(page?.data as object), id: page?.id })
  const position = customer_ids.indexOf(id)
  return {
    scores: Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, column[position] ?? null]),
    ),
    segment: segment ? (parseStored(segmentSchema, segment)[0] ?? null) : null,
  }
}

/** One customer as of the latest run; `run` is that run's id. */
export function useCustomer(source: SourceRef, run: string | null, id: string) {
  return useQuery({
    queryKey: ['customer', source, run, id],
    enabled: id !== '',
    queryFn: () => getCustomer(source, id),
    retry: 1,
  })
}

/** One customer as of an earlier run, from what that run stored. Nothing is read unless `enabled`. */
export function useEarlierCustomer(
  source: SourceRef,
  run: string,
  id: string,
  buckets: number,
  enabled: boolean,
) {
  return useQuery({
    queryKey: ['earlier-customer', source, run, id, buckets],
    enabled: enabled && id !== '',
    queryFn: () => readFromRun(source, run, id, buckets),
  })
}

/** The customers of a segment, a page at a time. */
export function useCustomerPages(source: SourceRef, run: string, segmentKey: string) {
  return useInfiniteQuery({
    queryKey: ['customers', source, run, segmentKey],
    queryFn: ({ pageParam }) => loadPage(source, run, segmentKey, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last?.id,
  })
}
