/** The documents of one run. They never change, so each is read once. */
import { useQuery } from '@tanstack/react-query'
import type * as z from 'zod'

import {
  bucketSchema,
  type Cell,
  chartSchema,
  type IndexEntry,
  type Page,
  pageSchema,
  type Segment,
  segmentSchema,
} from '@/data/documents'
import { bucketId, pageRange, paths, runRange, type SourceRef } from '@/data/paths'

const MOST_SEGMENTS = 100

function parsed<S extends z.ZodType>(schema: S, found: { id: string; data: unknown }): z.infer<S>[] {
  const result = schema.safeParse({ ...(found.data as object), id: found.id })
  return result.success ? [result.data] : []
}

export async function loadSegments(source: SourceRef, run: string): Promise<Segment[]> {
  const { getIdRange } = await import('@/data/firestore')
  const [from, before] = runRange(run)
  const found = await getIdRange(paths.segments(source), from, before, { most: MOST_SEGMENTS })
  return found
    .flatMap((one) => parsed(segmentSchema, one))
    .toSorted(
      (left, right) =>
        (right.revenue_share ?? 0) - (left.revenue_share ?? 0) || right.share - left.share,
    )
}

/** The segments of a run, those that bring most first. */
export function useSegments(source: SourceRef, run: string) {
  return useQuery({
    queryKey: ['segments', source, run],
    queryFn: () => loadSegments(source, run),
  })
}

/** One chart of a run; null where the run has none of that name. */
export function useChart(source: SourceRef, run: string, name: string) {
  return useQuery({
    queryKey: ['chart', source, run, name],
    queryFn: async () => {
      const { getDocument } = await import('@/data/firestore')
      const found = await getDocument(paths.chart(source, run, name))
      return found ? (parsed(chartSchema, found)[0] ?? null) : null
    },
  })
}

/** One page of a segment's customers (at most 500), the one after `after`. */
export async function loadPage(
  source: SourceRef,
  run: string,
  segmentKey: string,
  after: string | undefined,
): Promise<Page | null> {
  const { getIdRange } = await import('@/data/firestore')
  const [from, before] = pageRange(run, segmentKey)
  const found = await getIdRange(paths.customers(source), from, before, { after, most: 1 })
  return found[0] ? (parsed(pageSchema, found[0])[0] ?? null) : null
}

export async function loadPageById(source: SourceRef, pageId: string): Promise<Page | null> {
  const { getDocument } = await import('@/data/firestore')
  const found = await getDocument(`${paths.customers(source)}/${pageId}`)
  return found ? (parsed(pageSchema, found)[0] ?? null) : null
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
  const found = await getDocument(`${paths.index(source)}/${id}`)
  const bucket = found ? parsed(bucketSchema, found)[0] : undefined
  const entries = bucket?.entries ?? {}
  return Object.hasOwn(entries, customerId) ? (entries[customerId] ?? null) : null
}

/** One customer as a row of a table. */
export interface CustomerRow {
  id: string
  values: Record<string, Cell>
}

export function rowsOf(page: Page): CustomerRow[] {
  const names = Object.keys(page.columns)
  return page.customer_ids.map((id, at) => ({
    id,
    values: Object.fromEntries(names.map((name) => [name, page.columns[name]?.[at] ?? null])),
  }))
}
