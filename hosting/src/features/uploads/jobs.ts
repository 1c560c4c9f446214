/** What a merchant may ask of an upload's job. */
import * as z from 'zod'

import { CSV, paths, type SourceRef } from '@/data/paths'
import type { ColumnMapping } from '@/features/uploads/fields'

export function sourceOf(owner: string, uploadId: string): SourceRef {
  return { uid: owner, kind: CSV, id: uploadId }
}

/** Segment what is stored again; `options`, where given, replace those of the upload. */
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

/** Answer `needs_mapping`; the server goes on by itself. */
export async function answerMapping(
  owner: string,
  uploadId: string,
  mapping: ColumnMapping,
): Promise<void> {
  const { changeDocument } = await import('@/data/firestore')
  await changeDocument(paths.upload(owner, uploadId), { column_mapping: mapping })
}

/** Answer `checked`: import what the dry run looked at. */
export async function importChecked(
  owner: string,
  uploadId: string,
  options: Record<string, unknown>,
): Promise<void> {
  const { changeDocument } = await import('@/data/firestore')
  await changeDocument(paths.upload(owner, uploadId), { options: { ...options, dry_run: false } })
}

export async function renameUpload(owner: string, uploadId: string, label: string): Promise<void> {
  const { changeDocument } = await import('@/data/firestore')
  await changeDocument(paths.upload(owner, uploadId), { label })
}

const rowsReply = z.looseObject({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]).catch(null))),
  total: z.number().nullish(),
})
export type StoredRows = z.infer<typeof rowsReply>

export async function listRows(source: SourceRef, offset: number, limit: number): Promise<StoredRows> {
  const { callFunction } = await import('@/data/functions')
  return callFunction('list_rows', { source, offset, limit }, rowsReply)
}

export interface RowEdit {
  row: number
  column: string
  value: string
}

/** Change cells of a stored source; makes a new version and returns its id. */
export async function editRows(source: SourceRef, edits: RowEdit[]): Promise<string> {
  const { callFunction } = await import('@/data/functions')
  const reply = await callFunction(
    'edit_rows',
    { source, edits },
    z.looseObject({ upload_id: z.string() }),
  )
  return reply.upload_id
}
