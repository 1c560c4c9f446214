/** Reads and changes one upload: its document, its file, its rows. */
import * as z from 'zod'

import { currentAccount } from '@/data/auth'
import { type Upload, uploadSchema } from '@/data/documents'
import { type Live, useLiveDocument } from '@/data/live'
import { paths, type SourceRef } from '@/data/paths'
import type { UploadTask } from '@/data/storage'
import {
  type Detection,
  type HowToRead,
  previewReply,
  toDetection,
} from '@/features/reading/detection'
import type { ColumnMapping } from '@/features/reading/fields'
import { labelOf } from '@/features/reading/file-check'

export function useUpload(owner: string, uploadId: string): Live<Upload> {
  return useLiveDocument(paths.upload(owner, uploadId), uploadSchema)
}

export interface NewUpload {
  fileName: string
  generateSegments: boolean
  columnMapping: ColumnMapping | null
  options: Record<string, string | boolean>
  basedOn: { upload_id: string; mode: 'replace' | 'append' } | null
}

/** Create the document of an upload whose file is still to come; its id. */
export async function createUpload(owner: string, upload: NewUpload): Promise<string> {
  const account = await currentAccount()
  if (!account) throw new Error('Sign in first.')
  const { createDocument, newDocumentId } = await import('@/data/firestore')
  const uploadId = await newDocumentId(paths.uploads(owner))
  await createDocument(
    paths.upload(owner, uploadId),
    {
      status: 'waiting_for_file',
      file_name: upload.fileName,
      label: labelOf(upload.fileName),
      generate_segments: upload.generateSegments,
      uploaded_by: account.uid,
      column_mapping: upload.columnMapping,
      options: upload.options,
      based_on: upload.basedOn,
    },
    ['created_at'],
  )
  return uploadId
}

/** Begin to send the file of an upload. */
export async function sendRawFile(
  owner: string,
  uploadId: string,
  fileName: string,
  file: File,
): Promise<{ task: UploadTask }> {
  const { sendFile } = await import('@/data/storage')
  return sendFile(paths.rawFile(owner, uploadId, fileName), file)
}

/** What the server makes of the start of a file, read with this mapping and these options. */
export async function detectHead(
  owner: string,
  head: string,
  fileName: string,
  { mapping, options }: HowToRead,
): Promise<Detection> {
  const { callFunction } = await import('@/data/functions')
  const request = { owner_uid: owner, head, file_name: fileName, column_mapping: mapping, options }
  return toDetection(await callFunction('preview_upload', request, previewReply))
}

/** What the server makes of the file of an upload. */
export async function detectUpload(owner: string, uploadId: string): Promise<Detection> {
  const { callFunction } = await import('@/data/functions')
  const request = { owner_uid: owner, upload_id: uploadId }
  return toDetection(await callFunction('preview_upload', request, previewReply))
}

/** Save the rejected rows of an upload as a file; nothing where none were rejected. */
export async function downloadRejects(upload: Upload): Promise<void> {
  const path = upload.report?.rejects_path
  if (!path) return
  const { downloadFile } = await import('@/data/storage')
  await downloadFile(path, `rejected-${upload.file_name.replace(/\.[^.]+$/, '')}.csv`)
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
