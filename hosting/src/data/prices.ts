/** What stored documents about prices look like: money is whole minor units of the currency beside it. */
import * as z from 'zod'

import { time } from '@/data/documents'
import { readMinor } from '@/data/money'

const word = z.string().max(256)
const name = z.string().max(200)
const reason = z.string().max(2000)
const minor = z.number().int()
const maybe = z.number().nullish().catch(null)

const placeSchema = z.object({ kind: word, id: word })

const competitorSchema = z.object({ name, price: minor, url: z.string().max(2000), seen_at: time })
export type Competitor = z.infer<typeof competitorSchema>

export const productSchema = z.object({
  id: z.string(),
  name,
  source: placeSchema,
  currency: z.string().length(3),
  base_price: minor,
  product_id: word.nullish(),
  category: word.nullish().catch(null),
  tax_included: z.boolean().catch(true),
  cost: maybe,
  cost_at: time,
  stock: maybe,
  competitors: z.array(competitorSchema).catch([]),
  status: z.enum(['active', 'paused']).catch('paused'),
  public_prices: z.array(z.object({ price: minor, since: time })).catch([]),
})
export type Product = z.infer<typeof productSchema>

const percentSchema = z.union([z.number(), z.object({ low: z.number(), high: z.number() })])
export type Percent = z.infer<typeof percentSchema>

export const EFFECTS = ['discount', 'premium', 'fixed'] as const
export const effectSchema = z.object({
  kind: z.enum(EFFECTS),
  percent: percentSchema.nullish(),
  amount: minor.nullish(),
  price: minor.nullish(),
  charm: minor.nullish(),
})
export type Effect = z.infer<typeof effectSchema>

const words = z.array(word).catch([])
export const MODES = ['lowest', 'highest', 'first', 'stackable'] as const

export const ruleSchema = z.object({
  id: z.string(),
  name,
  source: placeSchema,
  effect: effectSchema,
  scope: z.object({ products: words, categories: words }).catch({ products: [], categories: [] }),
  who: z
    .object({
      segments: words,
      archetypes: words,
      rfm_groups: words,
      definition: z.record(z.string(), z.unknown()).nullish(),
    })
    .catch({ segments: [], archetypes: [], rfm_groups: [] }),
  schedule: z
    .looseObject({
      starts: word.nullish(),
      ends: word.nullish(),
      zone: word.catch('UTC'),
      weekdays: z.array(z.number()).catch([]),
      from_hour: maybe,
      to_hour: maybe,
    })
    .catch({ zone: 'UTC', weekdays: [], from_hour: null, to_hour: null }),
  priority: z.number().catch(0),
  exclusive: z.boolean().catch(false),
  group: z
    .looseObject({ name: word.catch('default'), mode: z.enum(MODES).catch('lowest') })
    .catch({ name: 'default', mode: 'lowest' }),
  active: z.boolean().catch(true),
})
export type Rule = z.infer<typeof ruleSchema>

/** Missing fields are what the server takes them to be. */
export const settingsSchema = z.object({
  id: z.string().optional(), // none: nobody has set any
  kill: z.boolean().catch(false),
  killed_sources: z.array(placeSchema).catch([]),
  floor_margin: z.number().catch(0),
  floor: z.number().catch(50),
  ceiling: z.number().catch(100),
  step: maybe,
  cooldown: z.number().catch(0),
  quotes_per_day: maybe,
  valid_minutes: z.number().catch(60),
  cost_days: z.number().catch(365),
  jurisdiction: word.nullish().catch(null),
  sells_food: z.boolean().catch(false),
  premiums: z
    .looseObject({
      enabled: z.boolean().catch(false),
      by: name.nullish().catch(null),
      at: time,
      jurisdictions: z.array(word).nullish().catch([]), // missing: the merchant's own alone
    })
    .catch({ enabled: false, by: null, at: null, jurisdictions: null }),
  needs_consent: z.boolean().catch(false),
  evidence: z
    .looseObject({ purchase_history: z.boolean().catch(true), emotional_state: z.boolean().catch(true) })
    .catch({ purchase_history: true, emotional_state: true }),
  stock: z
    .looseObject({
      low_at: z.number().catch(0),
      raise_percent: z.number().catch(0),
      high_at: maybe,
      discount_percent: z.number().catch(0),
    })
    .catch({ low_at: 0, raise_percent: 0, high_at: null, discount_percent: 0 }),
  competitor: z
    .looseObject({
      match: z.boolean().catch(false),
      most_percent: z.number().catch(10),
      fresh_days: z.number().catch(7),
    })
    .catch({ match: false, most_percent: 10, fresh_days: 7 }),
  zone: word.catch('UTC'),
  keep_days: z.number().catch(400),
})
export type PricingSettings = z.infer<typeof settingsSchema>

export const armSchema = z.object({
  id: word,
  effect: effectSchema.nullish(),
  weight: z.number().catch(1),
})
export type Arm = z.infer<typeof armSchema>

export const TEST_STATES = ['draft', 'running', 'stopped'] as const
export const priceTestSchema = z.object({
  id: z.string(),
  name,
  source: placeSchema,
  products: z.array(word),
  arms: z.array(armSchema),
  seed: word,
  holdout: z.number().catch(0.1),
  status: z.enum(TEST_STATES),
  starts: time,
  ends: time,
  thompson: z.boolean().catch(false),
})
export type PriceTest = z.infer<typeof priceTestSchema>

// Quotes ------------------------------------------------------------------------------------

/** Replies and documents have sums as decimal text. */
const decimal = z.string().max(32).nullish().catch(null)

/** A moment: text in replies, a timestamp in documents. */
const moment = z
  .unknown()
  .optional()
  .transform((value): Date | null => {
    if (typeof value !== 'string') return time.parse(value)
    const date = new Date(value)
    return Number.isNaN(date.getTime()) ? null : date
  })

/** Documents have what is nested as JSON text; what is none is no value. */
function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return null
  }
}

const sentQuote = z.looseObject({
  quote_id: word.nullish().catch(null),
  customer_id: word.nullish().catch(null),
  product_id: word.nullish().catch(null),
  price_minor: minor.nullish(),
  base_price: decimal,
  reference_price: decimal,
  lowest_30d: decimal,
  currency: z.string().length(3).nullish(),
  tax_included: z.boolean().nullish().catch(null),
  factors: z
    .preprocess(
      fromText,
      z.array(z.looseObject({ name: word, base: decimal, effect: decimal, result: decimal, reason })),
    )
    .catch([]),
  rule_ids: words,
  limits_hit: words,
  valid_until: moment,
  arm: word.nullish().catch(null),
  personalized: z.boolean().catch(false),
  disclosure: z
    .preprocess(
      fromText,
      z.looseObject({ id: word, version: word, text: reason, jurisdiction: word }).nullish(),
    )
    .catch(null),
  categories: words,
  model_version: word.nullish().catch(null),
  raised_by: name.nullish().catch(null),
  segment_key: word.nullish().catch(null),
  segment: z.looseObject({ key: word.nullish(), name: name.nullish() }).nullish().catch(null),
  created_at: moment,
  outcome: z.looseObject({ state: word, quantity: maybe, at: moment }).nullish().catch(null),
})

/** One step of a quote, in minor units. */
export interface Factor {
  name: string
  base: number
  effect: number
  result: number
  reason: string
}

/** A price for a customer, as it was sent or as the price history has it, in minor units. */
export const quoteSchema = sentQuote.transform((sent) => {
  const currency = sent.currency ?? ''
  const sum = (text: string | null | undefined): number | null =>
    text == null ? null : readMinor(text, currency)
  return {
    ...sent,
    currency,
    price: sent.price_minor ?? null,
    base: sum(sent.base_price),
    reference: sum(sent.reference_price),
    lowest: sum(sent.lowest_30d),
    factors: sent.factors.map(({ name, base, effect, result, reason }): Factor => {
      const steps = { base: sum(base) ?? 0, effect: sum(effect) ?? 0, result: sum(result) ?? 0 }
      return { name, reason, ...steps }
    }),
  }
})
export type Quote = z.infer<typeof quoteSchema>
