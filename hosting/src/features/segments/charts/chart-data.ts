/** What the `data` of each chart document holds. */
import * as z from 'zod'

const name = z.string()
const numbers = z.array(z.number())

export const mapData = z.object({
  segments: z.array(
    z.object({
      segment_key: name,
      name,
      customer_ids: z.array(z.string()),
      x: numbers,
      y: numbers,
    }),
  ),
})
export type MapData = z.infer<typeof mapData>

export const timeData = z.object({
  months: z.array(z.string()),
  series: z.array(z.object({ segment_key: name, name, orders: numbers, revenue: numbers })),
})

export const hourData = z.object({
  hours: numbers,
  orders: z.array(numbers),
})

export const affinityData = z.object({
  pairs: z.array(z.object({ a: z.string(), b: z.string(), customers: z.number(), lift: z.number() })),
})

export const valueData = z.object({
  segments: z.array(
    z.looseObject({
      segment_key: name,
      name,
      customer_count: z.number(),
      share: z.number(),
      revenue_share: z.number(),
    }),
  ),
})

const bounded = z.object({ value: z.number(), low: z.number(), high: z.number() })

export const predictionData = z.looseObject({
  horizon_days: z.number(),
  chosen: z.string().nullish(),
  candidates: z.array(z.looseObject({ name: z.string(), auc: z.number(), brier: z.number() })),
  folds: z.number(),
  grade: z.string(),
  grade_reason: z.string().nullish(),
  orders_12m: bounded,
  value_12m: bounded.nullish(),
  currency: z.string().nullish(),
})

export const groupsData = z.record(
  z.string(),
  z.array(z.looseObject({ name: z.string(), customers: z.number(), revenue: z.number().nullish() })),
)

export const movementData = z.looseObject({
  stayed: z.number(),
  moved: z.number(),
  arrived: z.number(),
  left: z.number().optional(),
  flows: z.array(
    z.looseObject({
      from_name: z.string(),
      to_name: z.string(),
      to: z.string().optional(),
      customers: z.number(),
      after_an_order: z.number().optional(),
      by_time_alone: z.number().optional(),
    }),
  ),
})
