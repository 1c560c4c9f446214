/** Reads and changes a source of any kind: its document, its runs, its job. */
import * as z from 'zod'

import { dataSourceSchema, type Run, runSchema, type Upload, uploadSchema } from '@/data/documents'
import { type Live, useLiveDocument, useLiveNewest } from '@/data/live'
import { CSV, paths, type SourceRef } from '@/data/paths'
import { fromDataSource, fromUpload, hasResults, type SourceDocument } from '@/features/sources/source'

export type { Live }

function mapLive<A, B>(live: Live<A>, change: (value: A) => B): Live<B> {
  return live.state === 'ready' ? { state: 'ready', data: change(live.data) } : live
}

export function useSource(ref: SourceRef): Live<SourceDocument> {
  const csv = ref.kind === CSV
  const upload = useLiveDocument(csv ? paths.source(ref) : null, uploadSchema)
  const shop = useLiveDocument(csv ? null : paths.source(ref), dataSourceSchema)
  return csv
    ? mapLive(upload, (stored) => fromUpload(ref.uid, stored))
    : mapLive(shop, (stored) => fromDataSource(ref.uid, stored))
}

/** A merchant's uploads, newest first. */
export function useUploads(owner: string): Live<Upload[]> {
  return useLiveNewest(paths.uploads(owner), 'created_at', uploadSchema)
}

export interface Sources {
  state: Live<unknown>['state']
  csv: SourceDocument[]
  platforms: SourceDocument[]
}

/** Everything of a merchant that has results to look at, 'loading' until both kinds are known. */
export function useSourcesWithResults(owner: string): Sources {
  const uploads = useUploads(owner)
  const shops = useLiveNewest(paths.dataSources(owner), null, dataSourceSchema)
  const csv =
    uploads.state === 'ready' ? uploads.data.map((stored) => fromUpload(owner, stored)) : []
  const platforms =
    shops.state === 'ready' ? shops.data.map((stored) => fromDataSource(owner, stored)) : []
  return {
    state: uploads.state === 'ready' && shops.state === 'loading' ? 'loading' : uploads.state,
    csv: csv.filter(hasResults),
    platforms: platforms.filter(hasResults),
  }
}

/** The summary of one run; nothing is asked for while `ref` or `run` is null. */
export function useRun(ref: SourceRef | null, run: string | null): Live<Run> {
  return useLiveDocument(ref && run ? paths.run(ref, run) : null, runSchema)
}

const KEPT = 5 // the last three are kept; a fourth may be on its way out

/** The kept runs of a source, newest first. */
export function useRuns(source: SourceRef): Run[] {
  const runs = useLiveNewest(paths.runs(source), 'finished_at', runSchema, KEPT)
  return runs.state === 'ready' ? runs.data : []
}

/** Segment what is stored again; `options`, where given, replace those of the source. */
export async function regenerateSegments(
  source: SourceRef,
  options?: Record<string, unknown>,
): Promise<void> {
  const { callFunction } = await import('@/data/functions')
  await callFunction('regenerate_segments', { source, ...(options ? { options } : {}) }, z.unknown())
}

/** Stop what is being done to a source; what it had before stays. */
export async function cancelJob(source: SourceRef): Promise<void> {
  const { callFunction } = await import('@/data/functions')
  await callFunction('cancel_job', { source }, z.unknown())
}

export async function deleteSource(source: SourceRef): Promise<void> {
  const { callFunction } = await import('@/data/functions')
  await callFunction('delete_source', { source }, z.unknown())
}

/** Have the server write a source's customers into a file, and save it. */
export async function exportCustomers(
  source: SourceRef,
  format: 'csv' | 'json',
  name: string,
): Promise<void> {
  const [{ callFunction }, { downloadFile }] = await Promise.all([
    import('@/data/functions'),
    import('@/data/storage'),
  ])
  const { path } = await callFunction(
    'export_segments',
    { source, format },
    z.looseObject({ path: z.string() }),
  )
  await downloadFile(path, `${source.kind}-${name}.${format}`)
}
