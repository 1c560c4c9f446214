/** Files on their way to Storage. They outlive the screen that started them, not the tab. */
import { useSyncExternalStore } from 'react'

import { whatFailed } from '@/data/failure'
import { csvSource } from '@/data/paths'
import { storedName } from '@/features/reading/file-check'
import { cancelJob } from '@/features/sources/api'
import { createUpload, type NewUpload, sendRawFile } from '@/features/sources/csv/api'
import { text } from '@/features/sources/csv/text'
import { announce } from '@/ui/announce'

export interface Transfer {
  owner: string
  uploadId: string
  fileName: string
  size: number
  sent: number
  state: 'sending' | 'sent' | 'failed' | 'cancelled'
  problem: string
}

export type UploadOrder = Omit<NewUpload, 'fileName'> & { file: File }

type Sending = Awaited<ReturnType<typeof sendRawFile>>['task']

let transfers: readonly Transfer[] = []
const tasks = new Map<string, Sending>()
const files = new Map<string, File>()
const listeners = new Set<() => void>()

function change(uploadId: string, fields: Partial<Transfer>): void {
  transfers = transfers.map((one) => (one.uploadId === uploadId ? { ...one, ...fields } : one))
  for (const listener of listeners) listener()
}

function put(transfer: Transfer): void {
  transfers = [...transfers.filter((one) => one.uploadId !== transfer.uploadId), transfer]
  for (const listener of listeners) listener()
}

export function useTransfers(): readonly Transfer[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => transfers,
  )
}

export function useTransfer(uploadId: string): Transfer | undefined {
  return useTransfers().find((one) => one.uploadId === uploadId)
}

/** Create the upload's document, then send its file. Resolves once the sending has begun. */
export async function startUpload(
  owner: string,
  { file, ...order }: UploadOrder,
): Promise<string> {
  const fileName = storedName(file.name)
  const uploadId = await createUpload(owner, { ...order, fileName })
  void send(owner, uploadId, fileName, file)
  return uploadId
}

/** Send a file for an upload that waits for it. */
export async function send(
  owner: string,
  uploadId: string,
  fileName: string,
  file: File,
): Promise<void> {
  files.set(uploadId, file)
  put({ owner, uploadId, fileName, size: file.size, sent: 0, state: 'sending', problem: '' })
  try {
    const { task } = await sendRawFile(owner, uploadId, fileName, file)
    tasks.set(uploadId, task)
    task.on('state_changed', ({ bytesTransferred }) => change(uploadId, { sent: bytesTransferred }))
    await task
    change(uploadId, { state: 'sent', sent: file.size })
    files.delete(uploadId)
    announce(`${text.transfer.sent}: ${fileName}`)
  } catch (error) {
    const failure = whatFailed(error)
    const cancelled = failure.code === 'canceled'
    change(uploadId, {
      state: cancelled ? 'cancelled' : 'failed',
      problem: cancelled ? '' : failure.message,
    })
  } finally {
    tasks.delete(uploadId)
  }
}

export function retryTransfer(transfer: Transfer): void {
  const file = files.get(transfer.uploadId)
  if (file) void send(transfer.owner, transfer.uploadId, transfer.fileName, file)
}

/** Stop sending, and tell the server not to wait. */
export async function cancelTransfer(transfer: Transfer): Promise<void> {
  tasks.get(transfer.uploadId)?.cancel()
  files.delete(transfer.uploadId)
  change(transfer.uploadId, { state: 'cancelled' })
  await cancelJob(csvSource(transfer.owner, transfer.uploadId))
}

export function forgetTransfer(uploadId: string): void {
  transfers = transfers.filter((one) => one.uploadId !== uploadId)
  for (const listener of listeners) listener()
}

// The SDK's pauses between tries grow to a minute: a new connection ends the pause.
addEventListener('online', () => {
  for (const task of tasks.values()) {
    if (task.pause()) task.resume()
  }
})

addEventListener('beforeunload', (event) => {
  if (tasks.size > 0) event.preventDefault()
})
