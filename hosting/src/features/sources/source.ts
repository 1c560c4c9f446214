/** What CSV uploads and connected shops have in common, for the screens that show either. */
import { type DataSource, dataSourceSchema, type Upload, uploadSchema } from '@/data/documents'
import { type Live, useLiveDocument, useLiveNewest } from '@/data/live'
import { CSV, paths, type SourceRef } from '@/data/paths'

export interface SourceDocument {
  ref: SourceRef
  label: string
  status: string
  currentRun: string | null
  customerCount: number | null
  segmentCount: number | null
  indexBuckets: number
  currency: string | null
  /** How far the words of the latest run were read: see `texts_state` of an upload. */
  textsState: string | null
  createdAt: Date | null
  finishedAt: Date | null
}

export function fromUpload(uid: string, upload: Upload): SourceDocument {
  return {
    ref: { uid, kind: CSV, id: upload.id },
    label: upload.label || upload.file_name,
    status: upload.status,
    currentRun: upload.current_run ?? null,
    customerCount: upload.customer_count ?? null,
    segmentCount: upload.segment_count ?? null,
    indexBuckets: upload.index_buckets ?? 1,
    currency: upload.report?.currency ?? null,
    textsState: upload.texts_state ?? null,
    createdAt: upload.created_at,
    finishedAt: upload.finished_at,
  }
}

export function fromDataSource(uid: string, found: DataSource): SourceDocument {
  return {
    ref: { uid, kind: found.kind, id: found.id },
    label: found.label || found.kind,
    status: found.status ?? '',
    currentRun: found.current_run ?? null,
    customerCount: found.customer_count ?? null,
    segmentCount: found.segment_count ?? null,
    indexBuckets: found.index_buckets ?? 1,
    currency: found.report?.currency ?? null,
    textsState: found.texts_state ?? null,
    createdAt: null,
    finishedAt: found.finished_at,
  }
}

function mapLive<A, B>(live: Live<A>, change: (value: A) => B): Live<B> {
  return live.state === 'ready' ? { state: 'ready', data: change(live.data) } : live
}

export function useSource(ref: SourceRef): Live<SourceDocument> {
  const csv = ref.kind === CSV
  const upload = useLiveDocument(csv ? paths.source(ref) : null, uploadSchema)
  const shop = useLiveDocument(csv ? null : paths.source(ref), dataSourceSchema)
  return csv
    ? mapLive(upload, (found) => fromUpload(ref.uid, found))
    : mapLive(shop, (found) => fromDataSource(ref.uid, found))
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

/** Everything of a merchant that has results to look at. The two kinds stay apart. */
export function useSourcesWithResults(owner: string): Sources {
  const uploads = useUploads(owner)
  const shops = useLiveNewest(paths.dataSources(owner), null, dataSourceSchema)
  const csv =
    uploads.state === 'ready' ? uploads.data.map((found) => fromUpload(owner, found)) : []
  const platforms =
    shops.state === 'ready' ? shops.data.map((found) => fromDataSource(owner, found)) : []
  return {
    state: uploads.state,
    csv: csv.filter(hasResults),
    platforms: platforms.filter(hasResults),
  }
}

function hasResults(source: SourceDocument): boolean {
  return source.currentRun !== null && source.status !== 'deleting'
}

export function sourceKey(ref: SourceRef): string {
  return `${ref.kind}:${ref.id}`
}

export function parseSourceKey(uid: string, key: string | undefined): SourceRef | null {
  const [kind, id] = key?.split(':') ?? []
  return kind && id ? { uid, kind, id } : null
}
