/** Price tests, what they tell, and what prices did. */
import { useQuery } from '@tanstack/react-query'
import * as z from 'zod'

import { type Live, useLiveOfSource } from '@/data/live'
import { paths, type SourceRef } from '@/data/paths'
import { type PriceTest, priceTestSchema } from '@/data/prices'
import type { TestFields } from '@/features/pricing/experiments/test-draft'

const MOST_TESTS = 100

export function usePriceTests(source: SourceRef): Live<PriceTest[]> {
  return useLiveOfSource(paths.priceTests(source.uid), source, priceTestSchema, MOST_TESTS)
}

export async function savePriceTest(owner: string, id: string | null, test: TestFields): Promise<string> {
  const { createDocument, newDocumentId } = await import('@/data/firestore')
  const given = id ?? (await newDocumentId(paths.priceTests(owner)))
  await createDocument(paths.priceTest(owner, given), test)
  return given
}

export async function removePriceTest(owner: string, id: string): Promise<void> {
  const { removeDocument } = await import('@/data/firestore')
  await removeDocument(paths.priceTest(owner, id))
}

async function call<S extends z.ZodType>(
  name: string,
  request: Record<string, unknown>,
  reply: S,
): Promise<z.infer<S>> {
  const { callFunction } = await import('@/data/functions')
  return callFunction(name, request, reply)
}

export async function startPriceTest(owner: string, testId: string): Promise<void> {
  await call('start_price_test', { owner_uid: owner, test_id: testId }, z.unknown())
}

export async function stopPriceTest(owner: string, testId: string): Promise<void> {
  await call('stop_price_test', { owner_uid: owner, test_id: testId }, z.unknown())
}

// Reading -----------------------------------------------------------------------------------

const word = z.string().max(2000)
const maybe = z.number().nullish().catch(null)

const intervalSchema = z
  .looseObject({ estimate: z.number(), low: z.number(), high: z.number(), p: maybe })
  .nullish()
  .catch(null)
export type Interval = z.infer<typeof intervalSchema>

const beliefSchema = z
  .looseObject({ chance: z.number(), risk: z.number(), low: z.number(), high: z.number() })
  .nullish()
  .catch(null)

const comparisonSchema = z.looseObject({
  metric: word,
  t_test: intervalSchema,
  sequential: intervalSchema,
  bayesian: beliefSchema,
})
export type Comparison = z.infer<typeof comparisonSchema>

const armReadingSchema = z.looseObject({
  arm: word,
  comparisons: z.array(comparisonSchema),
  guard_rails: z.array(z.looseObject({ name: word, state: word, interval: intervalSchema })),
})
export type ArmReading = z.infer<typeof armReadingSchema>

const totalsSchema = z.looseObject({
  id: word,
  customers: z.number(),
  quotes: maybe,
  orders: z.number(),
  buyers: maybe,
  open: maybe,
  revenue_total: maybe,
})
export type ArmTotals = z.infer<typeof totalsSchema>

const readingSchema = z.looseObject({
  control: word,
  arms: z.array(armReadingSchema),
  ratio: z.looseObject({ p: z.number(), alarm: z.boolean() }),
  verdict: z.looseObject({
    state: word,
    may_stop: z.boolean(),
    metric: word,
    arm: word.nullish(),
    orders_missing: z.number(),
    days_missing: z.number(),
  }),
  totals: z.array(totalsSchema).catch([]),
  currency: word.nullish().catch(null),
})
export type Reading = z.infer<typeof readingSchema>

export function useReading(owner: string, test: PriceTest) {
  return useQuery({
    queryKey: ['price-test', owner, test.id, test.status],
    enabled: test.status !== 'draft',
    queryFn: () => call('read_price_test', { owner_uid: owner, test_id: test.id }, readingSchema),
    staleTime: 60_000,
    retry: 1,
  })
}

// What prices did ---------------------------------------------------------------------------

const shareSchema = z.looseObject({
  n: z.number(),
  count: z.number(),
  value: z.number(),
  low: z.number(),
  high: z.number(),
  enough: z.boolean(),
})

const analyticsSchema = z.looseObject({
  currency: word,
  quotes: z.number(),
  customers: z.number(),
  orders: z.number(),
  revenue: z.number(),
  effects: z.array(
    z.looseObject({
      segment: word,
      customers: z.number(),
      holdout_customers: z.number(),
      per_customer: maybe,
      low: maybe,
      high: maybe,
      total: maybe,
    }),
  ),
  points: z.array(z.looseObject({ product_id: word, price: z.number(), conversion: shareSchema })),
  points_left_out: z.number().catch(0),
  segments: z.array(
    z.looseObject({
      segment: word,
      customers: z.number(),
      quotes: z.number(),
      mean_of_base: z.number(),
      variation: z.number(),
      lowest_of_base: z.number(),
      highest_of_base: z.number(),
      acceptance: shareSchema,
    }),
  ),
  limited: z.looseObject({ orders: z.number(), raised: z.number(), lowered: z.number() }),
})
export type Analytics = z.infer<typeof analyticsSchema>

/** By currency: sums of two currencies mean nothing. */
export function useAnalytics(source: SourceRef) {
  return useQuery({
    queryKey: ['price-analytics', source],
    queryFn: async () => {
      const reply = z.looseObject({ currencies: z.array(analyticsSchema) })
      return (await call('price_analytics', { source }, reply)).currencies
    },
    staleTime: 60_000,
    retry: 1,
  })
}

const fairnessSchema = z.looseObject({
  name: word,
  currency: word,
  too_many: z.boolean().catch(false),
  groups: z.array(
    z.looseObject({
      value: word,
      customers: maybe,
      mean_price: maybe,
      mean_reduction: maybe,
      difference: maybe,
      low: maybe,
      high: maybe,
      p: maybe,
      flagged: z.boolean().catch(false),
    }),
  ),
})
export type FairnessOf = z.infer<typeof fairnessSchema>

/** By segment, country, and an attribute that the merchant names. */
export function useFairness(source: SourceRef, attribute: string | undefined) {
  return useQuery({
    queryKey: ['fairness', source, attribute ?? null],
    queryFn: async () => {
      const reply = z.looseObject({ attributes: z.array(fairnessSchema) })
      const request = { source, ...(attribute ? { attribute } : {}) }
      return (await call('fairness_report', request, reply)).attributes
    },
    staleTime: 60_000,
    retry: 1,
  })
}
