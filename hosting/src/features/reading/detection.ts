/** What the server recognises in a file: its `preview_upload` reply, or a document's `detected`. */
import * as z from 'zod'

import { type ColumnMapping, meaningsOf } from '@/features/reading/fields'

/** What a column was recognised as, and how sure that is (0-1). */
export interface Guess {
  field: string
  confidence: number | null
}

const guessSchema = z.looseObject({
  column: z.union([z.string(), z.array(z.string())]).nullish(),
  confidence: z.number().nullish().catch(null),
})

const cell = z.unknown().transform((value) => (value == null ? '' : String(value)))
const row = z.union([
  z.array(cell),
  z.record(z.string(), cell),
])

export const previewReply = z.looseObject({
  columns: z.array(z.string()).nullish().catch(null),
  rows: z.array(row).nullish().catch(null),
  mapping: z.record(z.string(), guessSchema).nullish().catch(null),
  detected: z
    .looseObject({ mapping: z.record(z.string(), guessSchema).nullish().catch(null) })
    .nullish()
    .catch(null),
  error: z.looseObject({ message: z.string(), hint: z.string().nullish() }).nullish().catch(null),
  report: z
    .looseObject({ rows_read: z.number(), rows_rejected: z.number() })
    .nullish()
    .catch(null),
  errors: z.array(z.looseObject({ line: z.number(), reason: z.string() })).nullish().catch(null),
  notices: z.array(z.looseObject({ message: z.string() })).nullish().catch(null),
  remembered: z.boolean().nullish().catch(null),
})

export interface Detection {
  columns: string[]
  samples: Record<string, string[]>
  guesses: Record<string, Guess>
  /** What stands in the way of reading this file as it is. */
  problem: string
  /** How the first rows would fare; null where they can't be read. */
  rows: { read: number; rejected: number } | null
  /** The first rows that would be rejected. */
  errors: { line: number; reason: string }[]
  notices: string[]
  /** The meanings are those of an earlier file with the same headers. */
  remembered: boolean
}

const SAMPLES = 3

export function toDetection(reply: z.infer<typeof previewReply>): Detection {
  const mapping = reply.mapping ?? reply.detected?.mapping ?? {}
  const rows = reply.rows ?? []
  const first = rows[0]
  const columns =
    reply.columns ?? (first && !Array.isArray(first) ? Object.keys(first) : mappedColumns(mapping))
  return {
    columns,
    samples: samplesOf(columns, rows),
    guesses: guessesOf(mapping),
    problem: reply.error ? `${reply.error.message} ${reply.error.hint ?? ''}`.trim() : '',
    rows: reply.report
      ? { read: reply.report.rows_read, rejected: reply.report.rows_rejected }
      : null,
    errors: reply.errors ?? [],
    notices: (reply.notices ?? []).map(({ message }) => message),
    remembered: reply.remembered === true,
  }
}

function mappedColumns(mapping: Record<string, z.infer<typeof guessSchema>>): string[] {
  return Object.values(mapping).flatMap(({ column }) => column ?? [])
}

export function samplesOf(
  columns: string[],
  rows: (string[] | Record<string, string>)[],
): Record<string, string[]> {
  return Object.fromEntries(
    columns.map((column, at) => {
      const values = rows.map((cells) => (Array.isArray(cells) ? cells[at] : cells[column]) ?? '')
      return [column, [...new Set(values.filter((value) => value !== ''))].slice(0, SAMPLES)]
    }),
  )
}

export function guessesOf(
  mapping: Record<string, { column?: string | string[] | null; confidence?: number | null }>,
): Record<string, Guess> {
  const guesses: Record<string, Guess> = {}
  for (const [field, { column, confidence }] of Object.entries(mapping)) {
    for (const name of Array.isArray(column) ? column : column ? [column] : []) {
      guesses[name] ??= { field, confidence: confidence ?? null }
    }
  }
  return guesses
}

/** The meanings to begin with: what the merchant said before, else what was recognised. */
export function firstMeanings(
  guesses: Record<string, Guess>,
  chosen: ColumnMapping | null | undefined,
): Record<string, string> {
  if (chosen) return meaningsOf(chosen)
  return Object.fromEntries(Object.entries(guesses).map(([column, { field }]) => [column, field]))
}

export interface HowToRead {
  mapping: ColumnMapping | null
  options: Record<string, string | boolean>
}
