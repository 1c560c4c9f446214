/** Connected shops: their documents, and what a merchant can do with one. */
import * as z from 'zod'

import {
  type DataRequest,
  dataRequestSchema,
  type DataSource,
  dataSourceSchema,
  type Discount,
  discountPartSchema,
  discountSchema,
  parseStored,
} from '@/data/documents'
import { type Live, useLiveDocument, useLiveNewest, useLiveOfSource } from '@/data/live'
import { paths, runRange, type SourceRef } from '@/data/paths'
import { type Product, productSchema } from '@/data/prices'

const word = z.string().max(2000)

export function useShops(owner: string): Live<DataSource[]> {
  return useLiveNewest(paths.dataSources(owner), null, dataSourceSchema)
}

export function useShop(ref: SourceRef): Live<DataSource> {
  return useLiveDocument(paths.source(ref), dataSourceSchema)
}

/** Customers who asked the shop what is stored on them, the newest first. */
export function useDataRequests(ref: SourceRef): Live<DataRequest[]> {
  return useLiveNewest(paths.dataRequests(ref), 'asked_at', dataRequestSchema)
}

const sourceOf = z.object({ kind: word, id: word })
const connected = z.looseObject({
  source: sourceOf.nullish(),
  authorize_url: word.nullish(),
})

/** Where to go on: the new source, or the platform's own page that asks for the merchant's yes. */
export type Connected = { sourceId: string; kind: string } | { authorizeUrl: string }

export async function connectShop(
  owner: string,
  asked: { platform: string; shop_url?: string; label?: string; credentials: Record<string, string> },
): Promise<Connected> {
  const reply = await call('connect_ecommerce', { owner_uid: owner, ...asked }, connected)
  if (reply.authorize_url) return { authorizeUrl: reply.authorize_url }
  return { sourceId: reply.source?.id ?? '', kind: reply.source?.kind ?? asked.platform }
}

/** Connect the shop that a merchant has said yes to on its own page. */
export async function finishConnecting(owner: string, authorization: string): Promise<SourceRef> {
  const request = { owner_uid: owner, authorization }
  const { source } = await call('connect_ecommerce', request, z.looseObject({ source: sourceOf }))
  return { uid: owner, ...source }
}

/** Fetch what is new; `full`: everything again. */
export async function syncShop(source: SourceRef, asked: { full?: boolean } = {}): Promise<void> {
  await call('sync_source', { source, ...asked }, z.unknown())
}

/** End the connection; what was brought stays unless `erase`. */
export async function disconnectShop(source: SourceRef, erase: boolean): Promise<void> {
  await call('disconnect_ecommerce', { source, erase }, z.unknown())
}

export async function rotateCredentials(
  source: SourceRef,
  credentials: Record<string, string>,
): Promise<void> {
  await call('rotate_credentials', { source, credentials }, z.unknown())
}

export async function renameShop(source: SourceRef, label: string): Promise<void> {
  const { changeDocument } = await import('@/data/firestore')
  await changeDocument(paths.source(source), { label })
}

export interface Refresh {
  when: 'nightly' | 'changed'
  percent: number
}

/** When new segments are made of what syncs bring. */
export async function saveRefresh(source: SourceRef, refresh: Refresh): Promise<void> {
  const { changeDocument } = await import('@/data/firestore')
  await changeDocument(paths.source(source), { refresh })
}

const MOST_DISCOUNTS = 200

/** The discounts of a shop, newest first. */
export function useDiscounts(source: SourceRef): Live<Discount[]> {
  return useLiveNewest(paths.discounts(source), 'planned_at', discountSchema, MOST_DISCOUNTS)
}

/** What is known here of what a shop sells. */
export function useShopProducts(source: SourceRef, most: number): Live<Product[]> {
  return useLiveOfSource(paths.products(source.uid), source, productSchema, most)
}

/** For a segment or the customers who are named; a percentage or an amount, in minor units. */
export interface DiscountWish {
  title: string
  way: string
  segment_key?: string
  customer_ids?: string[]
  percent?: number
  amount?: number
  product_ids?: string[]
  starts_at?: string
  ends_at?: string
}

const planned = z.looseObject({
  discount_id: word,
  customers: z.number(),
  left_out: z.record(z.string(), z.number()),
  steps: z.array(word),
  undo: word,
})

/** What a discount would do, for whom; the shop isn't asked. */
export interface DiscountPlan {
  id: string
  title: string
  customers: number
  left_out?: Record<string, number | null> | null | undefined
  steps: string[]
  undo: string
}

export async function planDiscount(source: SourceRef, wish: DiscountWish): Promise<DiscountPlan> {
  const { discount_id: id, ...plan } = await call('plan_discount', { source, ...wish }, planned)
  return { ...plan, id, title: wish.title }
}

/** Have what was planned made in the shop. */
export async function applyDiscount(source: SourceRef, discountId: string): Promise<void> {
  await call('apply_discount', { source, discount_id: discountId }, z.unknown())
}

/** Have it taken back; a plan is thrown away. */
export async function undoDiscount(source: SourceRef, discountId: string): Promise<void> {
  await call('undo_discount', { source, discount_id: discountId }, z.unknown())
}

const MOST_PARTS = 300

/** Save who has which code, or which link to pay, as a file. */
export async function saveCodes(source: SourceRef, discount: Discount): Promise<void> {
  const [{ getIdRange }, { saveBlob }] = await Promise.all([
    import('@/data/firestore'),
    import('@/data/saving'),
  ])
  const [from, before] = runRange(discount.id)
  const stored = await getIdRange(paths.discountParts(source), from, before, { most: MOST_PARTS })
  const rows = stored
    .flatMap((one) => parseStored(discountPartSchema, one))
    .flatMap(({ codes }) => Object.entries(codes))
  const what = discount.way === 'draft_order' ? 'link' : 'code'
  const lines = [['customer_id', what], ...rows].map((row) => row.map(quoted).join(','))
  saveBlob(new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv' }), `${what}s-${discount.id}.csv`)
}

/** A cell that no spreadsheet runs. */
function quoted(value: string): string {
  const plain = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return `"${plain.replaceAll('"', '""')}"`
}

async function call<S extends z.ZodType>(
  name: string,
  request: Record<string, unknown>,
  reply: S,
): Promise<z.infer<S>> {
  const { callFunction } = await import('@/data/functions')
  return callFunction(name, request, reply)
}
