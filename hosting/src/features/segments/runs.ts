import { type Run, runSchema } from '@/data/documents'
import { useLiveNewest } from '@/data/live'
import { paths, type SourceRef } from '@/data/paths'

const KEPT = 5 // the last three are kept; a fourth may be on its way out

/** The kept runs of a source, newest first. */
export function useRuns(source: SourceRef): Run[] {
  const runs = useLiveNewest(paths.runs(source), 'finished_at', runSchema, KEPT)
  return runs.state === 'ready' ? runs.data : []
}
