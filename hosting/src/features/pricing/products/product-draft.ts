/** A product while it is typed or read from a file, and what is stored of it. */
import { fromMinor, toMinor } from '@/data/money'
import type { SourceRef } from '@/data/paths'
import type { Product } from '@/data/prices'
import { text } from '@/features/pricing/products/text'

export interface CompetitorDraft {
  name: string
  price: string
  url: string
  seenAt: Date
}

export interface ProductDraft {
  name: string
  productId: string
  currency: string
  base: string
  cost: string
  stock: string
  category: string
  taxIncluded: boolean
  active: boolean
  competitors: CompetitorDraft[]
}

export type Problems = Partial<Record<keyof ProductDraft, string>>

/** What a client writes of a product; the history of public prices is the server's. */
export type ProductFields = Omit<Product, 'id' | 'public_prices'>

export function emptyProduct(currency: string): ProductDraft {
  return {
    name: '',
    productId: '',
    currency,
    base: '',
    cost: '',
    stock: '',
    category: '',
    taxIncluded: true,
    active: true,
    competitors: [],
  }
}

export function productDraft(product: Product): ProductDraft {
  const { currency } = product
  return {
    name: product.name,
    productId: product.product_id ?? product.id,
    currency,
    base: fromMinor(product.base_price, currency),
    cost: product.cost == null ? '' : fromMinor(product.cost, currency),
    stock: product.stock == null ? '' : String(product.stock),
    category: product.category ?? '',
    taxIncluded: product.tax_included,
    active: product.status === 'active',
    competitors: product.competitors.map(({ name, price, url, seen_at: seenAt }) => ({
      name,
      price: fromMinor(price, currency),
      url,
      seenAt: seenAt ?? new Date(),
    })),
  }
}

type Read = { fields: ProductFields; problems: null } | { fields: null; problems: Problems }

/** What would be stored at `now`, or what has to be mended first. */
export function readProduct(
  draft: ProductDraft,
  source: SourceRef,
  stored: Product | null,
  now: Date,
): Read {
  const { problems: words } = text
  const problems: Problems = {}
  const currency = draft.currency.trim().toUpperCase()
  if (!/^[A-Z]{3}$/.test(currency)) problems.currency = words.currency
  if (!draft.name.trim()) problems.name = words.name
  if (draft.productId.length > 256) problems.productId = words.id
  const base = toMinor(draft.base, currency)
  if (base === null) problems.base = words.sum(currency)
  else if (base === 0) problems.base = words.base
  const cost = draft.cost.trim() ? toMinor(draft.cost, currency) : undefined
  if (cost === null) problems.cost = words.sum(currency)
  const stock = draft.stock.trim() ? Number(draft.stock.replace(',', '.')) : null
  if (stock !== null && !(Number.isFinite(stock) && stock >= 0)) problems.stock = words.stock
  const competitors = draft.competitors.map(({ name, price, url, seenAt }) => {
    const sum = toMinor(price, currency)
    if (!name.trim()) problems.competitors = words.shop
    else if (sum === null) problems.competitors = words.sum(currency)
    else if (!isPage(url)) problems.competitors = words.url
    return { name: name.trim(), price: sum ?? 0, url: url.trim(), seen_at: seenAt }
  })
  if (Object.keys(problems).length) return { fields: null, problems }
  return {
    fields: {
      name: draft.name.trim(),
      source: { kind: source.kind, id: source.id },
      currency,
      base_price: base ?? 0,
      product_id: draft.productId.trim() || null,
      category: draft.category.trim() || null,
      tax_included: draft.taxIncluded,
      cost: cost ?? null,
      cost_at: cost == null ? null : cost === stored?.cost ? (stored.cost_at ?? now) : now,
      stock,
      competitors,
      status: draft.active ? 'active' : 'paused',
    },
    problems: null,
  }
}

function isPage(url: string): boolean {
  return /^https:\/\/\S+$/.test(url.trim()) && url.length <= 2000 && URL.canParse(url.trim())
}
