/** What orders tell of prices: learnt by servers, read here. */
import { useQuery } from '@tanstack/react-query'
import * as z from 'zod'

import { parseStored, time } from '@/data/documents'
import { paths, runRange, type SourceRef } from '@/data/paths'
import { priceTestSchema, ruleSchema } from '@/data/prices'

const word = z.string().max(2000)
const maybe = z.number().nullish().catch(null)
const level = z.looseObject({ level: word }).nullish().catch(null)

const learntSchema = z.looseObject({
  elasticity: maybe,
  low: maybe,
  high: maybe,
  verdict: word.catch(''),
  evidence: word.nullish().catch(null),
  n_orders: maybe,
  n_weeks: maybe,
  price_sensitivity: level,
  purchase_power: level,
  willingness_to_pay: z
    .looseObject({ price: z.number(), low: z.number(), high: z.number() })
    .nullish()
    .catch(null),
  needed: z.looseObject({ orders: maybe, weeks: maybe }).nullish().catch(null),
})
export type Learnt = z.infer<typeof learntSchema>

const modelSchema = z.looseObject({
  id: z.string(),
  product_id: word,
  run_id: word,
  segments: z.record(z.string(), learntSchema),
})
export type PriceModel = z.infer<typeof modelSchema>

const shopSchema = z
  .looseObject({ elasticity: maybe, low: maybe, high: maybe, products: maybe, weeks: maybe })
  .nullish()
  .catch(null)
export type ShopWide = z.infer<typeof shopSchema>

/** How the learning gets on: `prices` of a run's summary. */
const learningSchema = z.looseObject({
  state: word,
  at: z.unknown(),
  error: z.looseObject({ message: word, hint: word.nullish() }).nullish().catch(null),
  pooled: shopSchema,
  /** Until when a worker is taken to be at it. */
  lease_until: time,
})
export type Learning = z.infer<typeof learningSchema>

/** What a run's summary says of it; null where nobody has asked yet. */
export function learningOf(summary: Record<string, unknown>): Learning | null {
  const found = learningSchema.safeParse(summary['prices'])
  return found.success ? found.data : null
}

/** All customers of a product together. */
export const ALL = 'all'

const MOST = 300

/** What the orders of one run tell, product by product; nothing is asked for until they are read. */
export function usePriceModels(source: SourceRef, run: string, learning: Learning | null) {
  const ready = learning?.state === 'ready'
  return useQuery({
    queryKey: ['price-models', source, run, String(learning?.at)],
    enabled: ready,
    queryFn: async () => {
      const { getIdRange } = await import('@/data/firestore')
      const [from, before] = runRange(run)
      const stored = await getIdRange(paths.priceModels(source), from, before, { most: MOST })
      return stored.flatMap((one) => parseStored(modelSchema, one))
    },
  })
}

async function call<S extends z.ZodType>(
  name: string,
  request: Record<string, unknown>,
  reply: S,
): Promise<z.infer<S>> {
  const { callFunction } = await import('@/data/functions')
  return callFunction(name, request, reply)
}

/** Have the orders of a source read for what prices did; a task does it. */
export async function learnPrices(source: SourceRef): Promise<void> {
  await call('learn_prices', { source }, z.unknown())
}

const suggestedSchema = z.looseObject({
  product_id: word,
  /** The document's id. */
  product: word.nullish(),
  segment: word,
  suggestion: z
    .looseObject({
      price: z.number(),
      now: z.number(),
      margin: z.number(),
      low: z.number(),
      high: z.number(),
    })
    .nullish()
    .catch(null),
  why: word.nullish(),
  /** Drafts, ready to be stored. */
  rule: ruleSchema.omit({ id: true }).nullish().catch(null),
  test: priceTestSchema.omit({ id: true }).nullish().catch(null),
  /** Why the test couldn't be started now, and what to do. */
  test_blocked: word.nullish().catch(null),
})
export type Suggested = z.infer<typeof suggestedSchema>

/** The prices that the evidence supports with today's products and limits, and why none elsewhere. */
export function useSuggestions(source: SourceRef, run: string) {
  return useQuery({
    queryKey: ['price-suggestions', source, run],
    queryFn: async () => {
      const reply = z.looseObject({ suggestions: z.array(suggestedSchema) })
      return (await call('suggest_prices', { source }, reply)).suggestions
    },
    staleTime: 0,
    retry: 1,
  })
}
