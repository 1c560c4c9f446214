/** Files, loaded when the first one is sent or fetched. */
import {
  connectStorageEmulator,
  type FirebaseStorage,
  getBlob,
  getStorage,
  ref,
  type UploadTask,
  uploadBytesResumable,
} from 'firebase/storage'

import { startFirebase } from '@/data/auth'
import { loadConfig, splitHost } from '@/data/config'
import { saveBlob } from '@/data/saving'

// As long as a train ride without a connection; the SDK tries again with growing pauses.
const RETRY_MS = 30 * 60 * 1000

export type { UploadTask }

let opening: Promise<FirebaseStorage> | undefined

async function open(): Promise<FirebaseStorage> {
  const [{ app }, config] = await Promise.all([startFirebase(), loadConfig()])
  const storage = getStorage(app)
  storage.maxUploadRetryTime = RETRY_MS
  if (config.emulators) connectStorageEmulator(storage, ...splitHost(config.emulators.storage))
  return storage
}

/** Begin to send. The task is wrapped: it is a promise itself, and would be awaited with this one. */
export async function sendFile(path: string, file: Blob): Promise<{ task: UploadTask }> {
  opening ??= open()
  const target = ref(await opening, path)
  return { task: uploadBytesResumable(target, file, { contentType: 'application/octet-stream' }) }
}

/**
 * Let the browser save a stored file under a name of our choice.
 *
 * Read with the session: a download link would work for whoever holds it.
 */
export async function downloadFile(path: string, name: string): Promise<void> {
  opening ??= open()
  saveBlob(await getBlob(ref(await opening, path)), name)
}
