/** Firestore, loaded when a signed-in screen first needs it. */
import {
  connectFirestoreEmulator,
  deleteDoc,
  documentId,
  endBefore,
  type Firestore,
  getCountFromServer,
  getDoc,
  getDocsFromServer,
  getFirestore,
  limit,
  type QueryConstraint,
  type QueryDocumentSnapshot,
  collection,
  doc,
  onSnapshot,
  orderBy,
  query,
  serverTimestamp,
  setDoc,
  type SnapshotMetadata,
  startAfter,
  startAt,
  updateDoc,
  where,
} from 'firebase/firestore'

import { startFirebase } from '@/data/auth'
import { loadConfig, splitHost } from '@/data/config'

let opening: Promise<Firestore> | undefined

async function open(): Promise<Firestore> {
  const [{ app }, config] = await Promise.all([startFirebase(), loadConfig()])
  const firestore = getFirestore(app)
  if (config.emulators) connectFirestoreEmulator(firestore, ...splitHost(config.emulators.firestore))
  return firestore
}

function database(): Promise<Firestore> {
  opening ??= open()
  return opening
}

export interface StoredDocument {
  id: string
  data: unknown
}

export async function getDocument(path: string): Promise<StoredDocument | null> {
  const snapshot = await getDoc(doc(await database(), path))
  return snapshot.exists() ? { id: snapshot.id, data: snapshot.data() } : null
}

/**
 * Documents whose ids lie from `from` up to, without, `before`, in the order of their ids.
 * The only way in which run results are listed: never a whole collection.
 */
export async function getIdRange(
  path: string,
  from: string,
  before: string,
  options: { after?: string | undefined; most: number },
): Promise<StoredDocument[]> {
  const constraints: QueryConstraint[] = [
    orderBy(documentId()),
    options.after ? startAfter(options.after) : startAt(from),
    endBefore(before),
    limit(options.most),
  ]
  const snapshots = await getDocsFromServer(query(collection(await database(), path), ...constraints))
  return snapshots.docs.map((snapshot) => ({ id: snapshot.id, data: snapshot.data() }))
}

/** Fields, nested ones by dots, and the values that they have to have. */
export type Matching = Record<string, string | number | boolean>

function matches(fields: Matching): QueryConstraint[] {
  return Object.entries(fields).map(([field, value]) => where(field, '==', value))
}

/** A page of what matches, newest first, and where the one after it begins. */
export interface FoundPage {
  found: StoredDocument[]
  next: QueryDocumentSnapshot | null
}

export async function getNewestMatching(
  path: string,
  fields: Matching,
  field: string,
  options: { after: QueryDocumentSnapshot | null; most: number },
): Promise<FoundPage> {
  const constraints: QueryConstraint[] = [
    ...matches(fields),
    orderBy(field, 'desc'),
    ...(options.after ? [startAfter(options.after)] : []),
    limit(options.most),
  ]
  const { docs } = await getDocsFromServer(query(collection(await database(), path), ...constraints))
  return {
    found: docs.map((snapshot) => ({ id: snapshot.id, data: snapshot.data() })),
    next: docs.length === options.most ? (docs.at(-1) ?? null) : null,
  }
}

/** How many documents match, counted where they lie: a read for each thousand. */
export async function countMatching(path: string, fields: Matching): Promise<number> {
  const found = await getCountFromServer(query(collection(await database(), path), ...matches(fields)))
  return found.data().count
}

/** So that an answer which only says that what is known is all is told too. */
const WITH_METADATA = { includeMetadataChanges: true }

/**
 * Nothing is passed on before the server has answered. Until then there are only the documents that
 * this tab happens to know, some of a list; and where the connection takes ten seconds, none at all.
 */
function onceHeard<S extends { metadata: SnapshotMetadata }>(onData: (snapshot: S) => void): (snapshot: S) => void {
  let heard = false
  return (snapshot) => {
    heard ||= !snapshot.metadata.fromCache
    if (heard) onData(snapshot)
  }
}

/** Listen to at most `most` of the documents that match. Returns what stops it. */
export function watchMatching(
  path: string,
  fields: Matching,
  most: number,
  onData: (stored: StoredDocument[]) => void,
  onError: (error: Error) => void,
): () => void {
  return watch(async (closed) => {
    const target = collection(await database(), path)
    if (closed()) return () => undefined
    return onSnapshot(
      query(target, ...matches(fields), limit(most)),
      WITH_METADATA,
      onceHeard((snapshot) => onData(snapshot.docs.map((one) => ({ id: one.id, data: one.data() })))),
      onError,
    )
  }, onError)
}

/** Listen to one document. Returns what stops it. */
export function watchDocument(
  path: string,
  onData: (stored: StoredDocument | null) => void,
  onError: (error: Error) => void,
): () => void {
  return watch(async (closed) => {
    const reference = doc(await database(), path)
    if (closed()) return () => undefined
    return onSnapshot(
      reference,
      WITH_METADATA,
      onceHeard((snapshot) =>
        onData(snapshot.exists() ? { id: snapshot.id, data: snapshot.data() } : null),
      ),
      onError,
    )
  }, onError)
}

/** Listen to the newest `most` documents of a merchant's collection. Returns what stops it. */
export function watchNewest(
  path: string,
  field: string | null,
  most: number,
  onData: (stored: StoredDocument[]) => void,
  onError: (error: Error) => void,
): () => void {
  return watch(async (closed) => {
    const target = collection(await database(), path)
    if (closed()) return () => undefined
    const constraints: QueryConstraint[] = field ? [orderBy(field, 'desc')] : []
    return onSnapshot(
      query(target, ...constraints, limit(most)),
      WITH_METADATA,
      onceHeard((snapshot) => onData(snapshot.docs.map((one) => ({ id: one.id, data: one.data() })))),
      onError,
    )
  }, onError)
}

function watch(
  subscribe: (closed: () => boolean) => Promise<() => void>,
  onError: (error: Error) => void,
): () => void {
  let closed = false
  let stop = (): void => undefined
  subscribe(() => closed).then(
    (unsubscribe) => {
      stop = unsubscribe
      if (closed) stop()
    },
    (error: unknown) => onError(error instanceof Error ? error : new Error(String(error))),
  )
  return () => {
    closed = true
    stop()
  }
}

export async function newDocumentId(path: string): Promise<string> {
  return doc(collection(await database(), path)).id
}

export async function createDocument(
  path: string,
  fields: Record<string, unknown>,
  timestamps: readonly string[] = [],
): Promise<void> {
  const stamped = Object.fromEntries(timestamps.map((name) => [name, serverTimestamp()]))
  await setDoc(doc(await database(), path), { ...fields, ...stamped })
}

export async function changeDocument(path: string, fields: Record<string, unknown>): Promise<void> {
  await updateDoc(doc(await database(), path), fields)
}

/** Set the given fields and leave the others, whether or not the document exists. */
export async function mergeDocument(path: string, fields: Record<string, unknown>): Promise<void> {
  await setDoc(doc(await database(), path), fields, { merge: true })
}

export async function removeDocument(path: string): Promise<void> {
  await deleteDoc(doc(await database(), path))
}
