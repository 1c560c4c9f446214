/** Reads the segments and charts of a run, which never change, and compares two runs. */
import { useQuery } from '@tanstack/react-query'
import * as z from 'zod'

import { chartSchema, parseStored, type Segment, segmentSchema } from '@/data/documents'
import { paths, runRange, type SourceRef } from '@/data/paths'

const MOST_SEGMENTS = 100

export async function loadSegments(source: SourceRef, run: string): Promise<Segment[]> {
  const { getIdRange } = await import('@/data/firestore')
  const [from, before] = runRange(run)
  const stored = await getIdRange(paths.segments(source), from, before, { most: MOST_SEGMENTS })
  return stored
    .flatMap((one) => parseStored(segmentSchema, one))
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
      const stored = await getDocument(paths.chart(source, run, name))
      return stored ? (parseStored(chartSchema, stored)[0] ?? null) : null
    },
  })
}

const comparedSegment = z.looseObject({
  segment_key: z.string(),
  name: z.string(),
  customer_count: z.number(),
  share: z.number(),
  revenue_share: z.number().nullish(),
  metrics: z.record(z.string(), z.number().nullable().catch(null)),
})
export type ComparedSegment = z.infer<typeof comparedSegment>

const comparedReply = z.looseObject({
  paired_by: z.string(),
  pairs: z.array(z.looseObject({ a: comparedSegment, b: comparedSegment })),
  only_a: z.array(comparedSegment),
  only_b: z.array(comparedSegment),
})
export type Compared = z.infer<typeof comparedReply>

interface OneRun {
  source: SourceRef
  run: string
}

/** Two runs, of one source or of two, segment by segment. */
export function useCompared(a: OneRun, b: OneRun) {
  return useQuery({
    queryKey: ['compared', a.source, a.run, b.source, b.run],
    queryFn: async () => {
      const { callFunction } = await import('@/data/functions')
      return callFunction(
        'compare_sources',
        { a: { ...a.source, run_id: a.run }, b: { ...b.source, run_id: b.run } },
        comparedReply,
      )
    },
    retry: 1,
  })
}
