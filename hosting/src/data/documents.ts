/**
 * What stored documents look like. Nothing is shown that hasn't passed here: names, reasons and
 * column headers come from strangers' files.
 */
import * as z from 'zod'

/** For `flatMap`: the parsed document in a list, which is empty where it doesn't pass `schema`. */
export function parseStored<S extends z.ZodType>(
  schema: S,
  stored: { id: string; data: unknown },
): z.infer<S>[] {
  const result = schema.safeParse({ ...(stored.data as object), id: stored.id })
  return result.success ? [result.data] : []
}

export const time = z
  .unknown()
  .optional()
  .transform((value): Date | null => {
    if (value instanceof Date) return value
    const stamp = value as { toDate?: () => Date } | null
    return typeof stamp?.toDate === 'function' ? stamp.toDate() : null
  })

const text = z.string().max(20_000)
const number = z.number().nullish().catch(null)
const figures = z.record(z.string(), z.number().nullable().catch(null))

const errorSchema = z.object({
  code: text.default(''),
  message: text.default(''),
  hint: text.nullish(),
})

const noticeSchema = z.object({ code: text.default(''), message: text })

export const reportSchema = z.looseObject({
  rows_read: number,
  rows_accepted: number,
  rows_rejected: number,
  rejected_by_code: figures.nullish().catch(null),
  rejects_path: text.nullish(),
  rows_without_customer: number,
  duplicate_rows: number,
  duplicates_merged: number,
  first_order: text.nullish().catch(null),
  last_order: text.nullish().catch(null),
  currency: text.nullish().catch(null),
  changes: z
    .looseObject({ new: number, updated: number, unchanged: number, new_customers: number })
    .nullish()
    .catch(null),
})

const columnSchema = z.union([text, z.array(text)])

const guessSchema = z.looseObject({
  column: columnSchema.nullish().catch(null),
  confidence: number,
  alternatives: z.array(z.unknown()).nullish().catch(null),
})

export const detectedSchema = z.looseObject({
  encoding: text.nullish().catch(null),
  delimiter: text.nullish().catch(null),
  date_order: text.nullish().catch(null),
  decimal: text.nullish().catch(null),
  columns: z.array(z.unknown()).nullish().catch(null),
  mapping: z.record(z.string(), guessSchema).nullish().catch(null),
})

export const UPLOAD_STATES = [
  'waiting_for_file',
  'queued',
  'running',
  'ready',
  'checked',
  'needs_mapping',
  'failed',
  'cancelled',
  'deleting',
] as const

export type UploadState = (typeof UPLOAD_STATES)[number]

export const STAGES = [
  'reading',
  'checking',
  'features',
  'texts',
  'clustering',
  'publishing',
] as const

/** What a document says of the latest job of its source. */
const jobFields = {
  generate_segments: z.boolean().catch(true),
  stage: z.enum(STAGES).nullish().catch(null),
  progress: number,
  counts: figures.nullish().catch(null),
  error: errorSchema.nullish().catch(null),
  cancel_requested: z.boolean().nullish().catch(null),
}
const jobSchema = z.object({ status: z.string(), ...jobFields })
export type Job = z.infer<typeof jobSchema>

export const uploadSchema = z.looseObject({
  id: z.string(),
  status: z.enum(UPLOAD_STATES),
  ...jobFields,
  file_name: text.default(''),
  label: text.nullish().catch(null),
  created_at: time,
  uploaded_by: text.nullish().catch(null),
  column_mapping: z.record(z.string(), columnSchema).nullish().catch(null),
  options: z.looseObject({ dry_run: z.boolean().optional().catch(false) }).nullish().catch(null),
  based_on: z
    .object({ upload_id: z.string(), mode: z.enum(['replace', 'append']) })
    .nullish()
    .catch(null),
  notices: z.array(noticeSchema).nullish().catch(null),
  report: reportSchema.nullish().catch(null),
  detected: detectedSchema.nullish().catch(null),
  current_run: z.string().nullish().catch(null),
  customer_count: number,
  segment_count: number,
  index_buckets: number,
  texts_state: text.nullish().catch(null),
  updated_at: time,
  finished_at: time,
  attempt: number,
  same_as: text.nullish().catch(null),
})
export type Upload = z.infer<typeof uploadSchema>

/** How far one kind of object has been brought from a shop. */
const streamSchema = z.looseObject({
  state: text.catch('waiting'),
  high_water: time,
  oldest: time,
  count: number,
  expected: number,
  error: errorSchema.nullish().catch(null),
})
export type ShopStream = z.infer<typeof streamSchema>

const capabilitySchema = z.looseObject({
  state: z.enum(['full', 'partial', 'none']).catch('none'),
  reason: text.nullish().catch(null),
  instead: text.nullish().catch(null),
})
export type ShopCapability = z.infer<typeof capabilitySchema>

export const dataSourceSchema = z.looseObject({
  id: z.string(),
  kind: text,
  label: text.nullish().catch(null),
  status: text.nullish().catch(null),
  ...jobFields,
  current_run: z.string().nullish().catch(null),
  customer_count: number,
  segment_count: number,
  index_buckets: number,
  report: reportSchema.nullish().catch(null),
  notices: z.array(noticeSchema).nullish().catch(null),
  texts_state: text.nullish().catch(null),
  updated_at: time,
  finished_at: time,
  shop: text.nullish().catch(null),
  zone: text.nullish().catch(null),
  currency: text.nullish().catch(null),
  streams: z.record(z.string(), streamSchema).nullish().catch(null),
  capabilities: z.record(z.string(), capabilitySchema).nullish().catch(null),
  refresh: z
    .looseObject({ when: z.enum(['nightly', 'changed']).catch('nightly'), percent: number })
    .nullish()
    .catch(null),
  connection: z
    .looseObject({ state: text.catch('connected'), since: time, hint: text.nullish().catch(null) })
    .nullish()
    .catch(null),
  hooks: z
    .looseObject({
      state: text.nullish().catch(null),
      checked_at: time,
      error: errorSchema.nullish().catch(null),
    })
    .nullish()
    .catch(null),
  synced_at: time,
  next_sync_at: time,
})
export type DataSource = z.infer<typeof dataSourceSchema>

/** A discount in a shop: what was planned, and how far it has come. It names no customer. */
export const discountSchema = z.looseObject({
  id: z.string(),
  title: text,
  way: text,
  state: z.enum(['planned', 'applying', 'live', 'undoing', 'undone', 'failed']),
  percent: number,
  amount: number,
  currency: text.nullish().catch(null),
  segment: z.looseObject({ key: text, name: text.nullish().catch(null) }).nullish().catch(null),
  customers: z.number(),
  left_out: figures.nullish().catch(null),
  steps: z.array(text).catch([]),
  undo: text.catch(''),
  given: number,
  refused: number,
  error: errorSchema.nullish().catch(null),
  doing: text.nullish().catch(null),
  starts_at: time,
  ends_at: time,
  planned_at: time,
  confirmed_at: time,
})
export type Discount = z.infer<typeof discountSchema>

/** Some customers of a discount, and their codes. */
export const discountPartSchema = z.looseObject({
  customer_ids: z.array(z.string()),
  codes: z.record(z.string(), z.string()).catch({}),
})
/** A customer who asked a shop what is stored on them, and where that lies. */
export const dataRequestSchema = z.looseObject({
  id: z.string(),
  customer_id: text,
  asked_at: time,
  due_at: time,
  found: z
    .array(z.looseObject({ what: text, rows: number, customer_ids: z.array(text).catch([]) }))
    .nullish()
    .catch(null),
})
export type DataRequest = z.infer<typeof dataRequestSchema>

const boundedSchema = z.looseObject({
  value: number,
  low: number,
  high: number,
  grade: text.nullish().catch(null),
  currency: text.nullish().catch(null),
})
export type Bounded = z.infer<typeof boundedSchema>

const traitSchema = z.looseObject({ mean: number, low: number, high: number })

export const segmentSchema = z.looseObject({
  id: z.string(),
  run_id: z.string(),
  segment_key: z.string(),
  name: text,
  archetype: text.nullish().catch(null),
  fit: number,
  evidence: text.nullish().catch(null),
  customer_count: z.number(),
  share: z.number(),
  revenue_share: number,
  metrics: z
    .record(z.string(), z.looseObject({ mean: number, median: number }))
    .nullish()
    .catch(null),
  rfm: z.looseObject({ r: number, f: number, m: number }).nullish().catch(null),
  emotions: figures.nullish().catch(null),
  personality: z.record(z.string(), z.unknown()).nullish().catch(null),
  churn: boundedSchema.nullish().catch(null),
  ltv: boundedSchema.nullish().catch(null),
  reasons: z
    .array(
      z.looseObject({
        feature: text,
        direction: text.nullish(),
        effect: number,
        text,
      }),
    )
    .nullish()
    .catch(null),
  runner_up: z.looseObject({ archetype: text, fit: number }).nullish().catch(null),
  stability: number,
  created_at: time,
})
export type Segment = z.infer<typeof segmentSchema>

export { traitSchema }

export const runSchema = z.looseObject({
  id: z.string(),
  run_id: z.string().optional(),
  started_at: time,
  finished_at: time,
  as_of: text.nullish().catch(null),
  algorithm: text.nullish().catch(null),
  choice: z.record(z.string(), z.unknown()).nullish().catch(null),
  customer_count: number,
  segment_count: number,
  index_buckets: number,
  report: reportSchema.nullish().catch(null),
  totals: z
    .looseObject({
      customers: number,
      orders: number,
      gross: number,
      refunds: number,
      net: number,
      first_order: text.nullish().catch(null),
      last_order: text.nullish().catch(null),
      currency: text.nullish().catch(null),
    })
    .nullish()
    .catch(null),
  segments: z
    .array(
      z.looseObject({
        segment_key: z.string(),
        name: text,
        customer_count: number,
        share: number,
      }),
    )
    .nullish()
    .catch(null),
})
export type Run = z.infer<typeof runSchema>

/** Parses text as JSON. */
const json = z.string().transform((value, context): unknown => {
  try {
    return JSON.parse(value) as unknown
  } catch {
    context.addIssue({ code: 'custom', message: 'not JSON' })
    return z.NEVER
  }
})

export type Cell = string | number | boolean | null

export const cellSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]).catch(null)

export const pageSchema = z.looseObject({
  id: z.string(),
  segment_id: z.string(),
  page: z.number(),
  customer_ids: z.array(z.string()),
  columns: json.pipe(z.record(z.string(), z.array(cellSchema))),
})
export type Page = z.infer<typeof pageSchema>

const entrySchema = z
  .object({ segment_id: z.string(), page_id: z.string() })
  .catchall(cellSchema)

export const bucketSchema = z.looseObject({
  entries: json.pipe(z.record(z.string(), entrySchema)),
})
export type IndexEntry = z.infer<typeof entrySchema>

export const chartSchema = z.looseObject({
  name: text,
  takeaway: text.default(''),
  data: json,
})
export type Chart = z.infer<typeof chartSchema>

export const profileSchema = z.looseObject({
  id: z.string(),
  business_name: text.nullish().catch(null),
  display_name: text.nullish().catch(null),
  settings: z.record(z.string(), z.unknown()).nullish().catch(null),
})
export type Profile = z.infer<typeof profileSchema>

export const ROLES = ['admin', 'analyst', 'viewer'] as const
export type Role = 'owner' | (typeof ROLES)[number]

export const memberSchema = z.looseObject({
  id: z.string(),
  role: z.enum(ROLES),
  email: text.nullish().catch(null),
  display_name: text.nullish().catch(null),
})
export type Member = z.infer<typeof memberSchema>

export const membershipSchema = z.looseObject({
  id: z.string(),
  role: z.enum(ROLES).nullish().catch(null),
})

export const invitationSchema = z.looseObject({
  id: z.string(),
  email: text,
  role: z.enum(ROLES),
  status: text.default('pending'),
  created_at: time,
  expires_at: time,
})
export type Invitation = z.infer<typeof invitationSchema>
