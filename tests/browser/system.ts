/** The running system as a test sees it from outside: addresses, accounts, files, seeded documents. */
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import { expect, type Page } from '../../hosting/browser-testing'

const PROJECT = process.env['GCLOUD_PROJECT'] ?? 'demo-kindred'
const AUTH = process.env['FIREBASE_AUTH_EMULATOR_HOST'] ?? '127.0.0.1:9099'
const FIRESTORE = process.env['FIRESTORE_EMULATOR_HOST'] ?? '127.0.0.1:8080'
const STORAGE = process.env['FIREBASE_STORAGE_EMULATOR_HOST'] ?? '127.0.0.1:9199'
const BUCKET = process.env['STORAGE_BUCKET'] ?? `${PROJECT}.appspot.com`
const OWNER = { authorization: 'Bearer owner', 'content-type': 'application/json' }

export const PASSWORD = 'copper lantern sails'

export function sample(name: string): string {
  return fileURLToPath(new URL(`../../samples/${name}`, import.meta.url))
}

export interface Merchant {
  uid: string
  email: string
}

async function post(url: string, body: unknown): Promise<Record<string, unknown>> {
  const reply = await fetch(url, { method: 'POST', headers: OWNER, body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`)
  return (await reply.json()) as Record<string, unknown>
}

/** A verified account, made behind the app's back. */
export async function createMerchant(name = 'Nordic Wool'): Promise<Merchant> {
  const email = `m-${randomUUID().slice(0, 12)}@example.com`
  const api = `http://${AUTH}/identitytoolkit.googleapis.com/v1`
  const made = await post(`${api}/projects/${PROJECT}/accounts`, {
    email,
    password: PASSWORD,
    displayName: 'Ingrid Berg',
    emailVerified: true,
  })
  const uid = String(made['localId'])
  await putDocument(`users/${uid}`, { business_name: name, display_name: 'Ingrid Berg', settings: {} })
  return { uid, email }
}

/** Make `member` a colleague of `owner`: the documents and the claim that a server would write. */
export async function addMember(owner: Merchant, member: Merchant, role: string): Promise<void> {
  await putDocument(`users/${owner.uid}/members/${member.uid}`, { role, email: member.email })
  await putDocument(`users/${member.uid}/memberships/${owner.uid}`, { role })
  const api = `http://${AUTH}/identitytoolkit.googleapis.com/v1`
  await post(`${api}/projects/${PROJECT}/accounts:update`, {
    localId: member.uid,
    customAttributes: JSON.stringify({ roles: { [owner.uid]: role } }),
  })
}

export async function signIn(page: Page, { email }: Merchant): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/m\//)
  await expect(page.getByRole('heading').first()).toBeVisible()
}

/** Choose files on the 'New upload' page and start. */
export async function upload(page: Page, merchant: Merchant, ...files: (string | VirtualFile)[]): Promise<void> {
  await page.goto(`/m/${merchant.uid}/uploads/new`)
  await page.getByLabel('Choose files').setInputFiles(files as string[])
  await start(page, files.length)
}

/** Everything that is shown of the chosen files has come: nothing on the page moves any more. */
export async function untilRecognised(page: Page, files = 1): Promise<void> {
  const chosen = page.getByRole('list', { name: 'Chosen files' }).locator('> li')
  await expect(chosen).toHaveCount(files)
  await expect(chosen.locator('.animate-pulse')).toHaveCount(0)
}

/** Start the upload of the chosen files; returns when it has begun. */
export async function start(page: Page, files = 1): Promise<void> {
  await untilRecognised(page, files)
  await page.getByRole('button', { name: /^Upload .*and start$/ }).click()
  await expect(page).not.toHaveURL(/\/uploads\/new/)
}

export interface VirtualFile {
  name: string
  mimeType: string
  buffer: Buffer
}

export function csv(name: string, text: string): VirtualFile {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(text) }
}

/** For what hangs; a job is waited for by what its page says. */
export const JOB_MS = 600_000

/** Four order lines for each of some customers, named `K0`, `K1`, … */
export function orders(
  customers: number,
  { header = 'customer_id,order_id,order_date,amount,currency', of = 'K' } = {},
): string {
  const lines = [header]
  for (let at = 0; at < customers * 4; at += 1) {
    const day = String(1 + (at % 28)).padStart(2, '0')
    const month = String(1 + (at % 12)).padStart(2, '0')
    const amount = (10 + ((at * 37) % 190)).toFixed(2)
    lines.push(`${of}${at % customers},O${of}${at},2025-${month}-${day},${amount},EUR`)
  }
  return `${lines.join('\n')}\n`
}

/** The job's result has opened by itself; throws as soon as the page says that there will be none. */
export async function untilSegments(page: Page): Promise<void> {
  const segments = page.getByRole('heading', { name: 'Segments', level: 1 })
  const failure = page.getByRole('alert').filter({ hasText: /\S/ })
  await expect(segments.or(failure).first()).toBeVisible({ timeout: JOB_MS })
  if (!(await segments.isVisible())) throw new Error(await failure.first().innerText())
  await expect(page).toHaveURL(/\/s\/csv\//)
}

type Value = string | number | boolean | Date | null | Value[] | { [key: string]: Value }

function encode(value: Value): Record<string, unknown> {
  if (value === null) return { nullValue: null }
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { booleanValue: value }
  if (typeof value === 'number') {
    return Number.isInteger(value) ? { integerValue: String(value) } : { doubleValue: value }
  }
  if (value instanceof Date) return { timestampValue: value.toISOString() }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(encode) } }
  const fields = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, encode(one)]))
  return { mapValue: { fields } }
}

/** Write a document as the server would, past the rules. */
export async function putDocument(path: string, document: Record<string, Value>): Promise<void> {
  const fields = Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, encode(value)]),
  )
  const url = `http://${FIRESTORE}/v1/projects/${PROJECT}/databases/(default)/documents/${path}`
  const reply = await fetch(url, {
    method: 'PATCH',
    headers: OWNER,
    body: JSON.stringify({ fields }),
  })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
}

/** A document's fields in the encoding of the REST API, past the rules; throws where there is none. */
export async function readDocument(path: string): Promise<Record<string, unknown>> {
  const url = `http://${FIRESTORE}/v1/projects/${PROJECT}/databases/(default)/documents/${path}`
  const reply = await fetch(url, { headers: OWNER })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
  return ((await reply.json()) as { fields: Record<string, unknown> }).fields
}

/** Whether a document is there, past the rules. */
export async function isStored(path: string): Promise<boolean> {
  const url = `http://${FIRESTORE}/v1/projects/${PROJECT}/databases/(default)/documents/${path}`
  return (await fetch(url, { headers: OWNER })).ok
}

/** Every document of a merchant that names `id` in its path or in what it says, past the rules. */
export async function documentsNaming(uid: string, id: string): Promise<string[]> {
  const url = `http://${FIRESTORE}/v1/projects/${PROJECT}/databases/(default)/documents/users/${uid}:runQuery`
  const reply = await fetch(url, {
    method: 'POST',
    headers: OWNER,
    body: JSON.stringify({ structuredQuery: { from: [{ allDescendants: true }] } }),
  })
  if (!reply.ok) throw new Error(`documents of ${uid}: ${reply.status} ${await reply.text()}`)
  const found = (await reply.json()) as { document?: { name: string } }[]
  return found.flatMap(({ document }) =>
    document && JSON.stringify(document).includes(id) ? [document.name] : [],
  )
}

/** The files of a merchant's source that the functions have made. */
export async function filesOf(uid: string, kind: string, id: string): Promise<string[]> {
  const url = `http://${STORAGE}/storage/v1/b/${BUCKET}/o?prefix=derived/${uid}/${kind}/${id}/`
  const reply = await fetch(url, { headers: OWNER })
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`)
  const { items } = (await reply.json()) as { items?: { name: string }[] }
  return (items ?? []).map(({ name }) => name)
}
