/** What discount a merchant wishes for, as it is typed in. */
import { toMinor } from '@/data/money'
import type { DiscountWish } from '@/features/sources/shops/api'
import { text } from '@/features/sources/shops/text'

const words = text.discounts
/** What each platform's shops let us do. */
export const WAYS: Record<string, string[] | undefined> = {
  shopify: ['segment', 'codes', 'draft_order'],
  woocommerce: ['coupons'],
}
/** Coupons of WooCommerce hold from when they are made. */
export const CAN_WAIT = new Set(['shopify'])
/** As many as a plan takes. */
export const MOST_NAMED = 1000
export const MOST_PRODUCTS = 200

type Part = 'title' | 'segment' | 'customers' | 'percent' | 'amount' | 'products' | 'ends'
export type Problems = Partial<Record<Part | 'all', string>>

/** What is wished for, or what has to be mended first. */
export function readWish(
  form: FormData,
  picked: string[],
  currency: string,
): { wish: DiscountWish; problems: null } | { wish: null; problems: Problems } {
  const said = (name: string): string => String(form.get(name) ?? '').trim()
  const lines = (name: string): string[] => said(name).split('\n').map((line) => line.trim()).filter(Boolean)
  const title = said('title')
  const way = said('way')
  const isNamed = said('who') === 'named'
  const isAmount = said('off') === 'amount'
  const customers = [...new Set(lines('customers'))]
  const products = [...new Set([...picked, ...lines('products')])]
  const percent = Number(said('percent').replace(',', '.'))
  const amount = toMinor(said('amount'), currency) ?? 0
  const starts = said('starts') ? new Date(`${said('starts')}T00:00:00`) : null
  const ends = said('ends') ? new Date(`${said('ends')}T23:59:59`) : null

  const problems: Problems = {}
  if (!title) problems.title = words.bad.title
  if (!isNamed && !said('segment')) problems.segment = words.bad.segment
  if (isNamed && !customers.length) problems.customers = words.bad.customers
  if (isNamed && customers.length > MOST_NAMED) problems.customers = words.bad.manyCustomers
  if (!isAmount && !(percent > 0 && percent <= 100)) problems.percent = words.bad.percent
  if (isAmount && !amount) problems.amount = words.bad.amount
  if (products.length > MOST_PRODUCTS) problems.products = words.bad.manyProducts
  if (!products.length && isAmount) problems.products = words.bad.amountProducts
  if (!products.length && way === 'draft_order') problems.products = words.bad.draftProducts
  if (ends && ends.getTime() <= Math.max(Date.now(), starts?.getTime() ?? 0)) problems.ends = words.bad.ends
  if (Object.keys(problems).length) return { wish: null, problems }

  const wish: DiscountWish = {
    title,
    way,
    ...(isNamed ? { customer_ids: customers } : { segment_key: said('segment') }),
    ...(isAmount ? { amount } : { percent }),
    ...(products.length ? { product_ids: products } : {}),
    ...(starts ? { starts_at: starts.toISOString() } : {}),
    ...(ends ? { ends_at: ends.toISOString() } : {}),
  }
  return { wish, problems: null }
}
