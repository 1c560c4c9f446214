/** What CSV uploads and connected shops have in common, for the screens that show either. */
import type { DataSource, Job, Upload } from '@/data/documents'
import { csvSource, type SourceRef } from '@/data/paths'

export interface SourceDocument {
  ref: SourceRef
  label: string
  status: string
  /** What the document says of the latest job. */
  job: Job
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
    ref: csvSource(uid, upload.id),
    label: upload.label || upload.file_name,
    status: upload.status,
    job: upload,
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

export function fromDataSource(uid: string, shop: DataSource): SourceDocument {
  return {
    ref: { uid, kind: shop.kind, id: shop.id },
    label: shop.label || shop.kind,
    status: shop.status ?? '',
    job: { ...shop, status: shop.status ?? '' },
    currentRun: shop.current_run ?? null,
    customerCount: shop.customer_count ?? null,
    segmentCount: shop.segment_count ?? null,
    indexBuckets: shop.index_buckets ?? 1,
    currency: shop.report?.currency ?? null,
    textsState: shop.texts_state ?? null,
    createdAt: null,
    finishedAt: shop.finished_at,
  }
}

export function hasResults(source: SourceDocument): boolean {
  return source.currentRun !== null && source.status !== 'deleting'
}

export function sourceKey(ref: SourceRef): string {
  return `${ref.kind}:${ref.id}`
}

export function parseSourceKey(uid: string, key: string | undefined): SourceRef | null {
  const [kind, id] = key?.split(':') ?? []
  return kind && id ? { uid, kind, id } : null
}
