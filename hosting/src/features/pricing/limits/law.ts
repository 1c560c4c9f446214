/** What the law of a place says, from the table that the server works by. */
import laws from '@laws'
import * as z from 'zod'

const whom = z.enum(['nobody', 'food', 'everybody'])

const rowSchema = z.object({
  jurisdiction: z.string(),
  from: z.string(),
  until: z.string().nullable(),
  zone: z.string(),
  blocks: z.object({ personal_prices: whom, personal_raises: whom }),
  disclosure: z
    .object({ id: z.string(), version: z.string(), when: z.enum(['personal', 'raise']), text: z.string() })
    .nullable(),
  lowest_price: z.object({ days: z.number(), progressive: z.boolean() }).nullable(),
  source: z.string(),
})
export type LawRow = z.infer<typeof rowSchema>

const tableSchema = z.object({
  version: z.string(),
  eu_members: z.array(z.string()),
  rows: z.array(rowSchema),
})

export const table = tableSchema.parse(laws)

export const UNKNOWN = 'unknown'
export const EU = 'EU'
const ALWAYS = '1970-01-01'

/** Every row about a place, of whatever time; those of the unknown where there is none. */
export function rowsOf(place: string | null): LawRow[] {
  const names = new Set(place ? [place, place.split('-')[0]] : [])
  if (place && table.eu_members.includes(place)) names.add(EU)
  const own = table.rows.filter(({ jurisdiction }) => names.has(jurisdiction))
  const found = own.length
    ? own
    : place
      ? table.rows.filter(({ jurisdiction }) => jurisdiction.startsWith(`${place}-`))
      : []
  const rows = found.length ? found : table.rows.filter(({ jurisdiction }) => jurisdiction === UNKNOWN)
  return rows.toSorted((left, right) => left.from.localeCompare(right.from))
}

/** `day` as in `2026-11-29`: whether a law is past, holds or is to come. */
export function stateOn(row: LawRow, day: string): 'past' | 'holds' | 'coming' {
  if (row.until !== null && row.until < day) return 'past'
  return row.from <= day ? 'holds' : 'coming'
}

export function holdsForever(row: LawRow): boolean {
  return row.from === ALWAYS && row.until === null
}

type Blocked = keyof LawRow['blocks']

function whoBlocks(what: Blocked, place: string | null, sellsFood: boolean, day: string): string | null {
  const blocking = rowsOf(place).find(({ blocks: { [what]: whom }, ...row }) => {
    const holds = row.from <= day && (row.until === null || day <= row.until)
    return holds && (whom === 'everybody' || (whom === 'food' && sellsFood))
  })
  return blocking?.jurisdiction ?? null
}

/** The place whose law forbids prices from personal data; null where none does. */
export function whoBlocksPrices(place: string | null, sellsFood: boolean, day: string): string | null {
  return whoBlocks('personal_prices', place, sellsFood, day)
}

/** The place whose law forbids that personal data raises a price; null where none does. */
export function whoBlocksRaises(place: string | null, sellsFood: boolean, day: string): string | null {
  return whoBlocks('personal_raises', place, sellsFood, day)
}

/** Where premiums can be switched on: places with rows of their own, and `more`. */
export function premiumPlaces(more: string[]): string[] {
  const named = table.rows.map(({ jurisdiction }) => jurisdiction).filter((one) => one !== UNKNOWN)
  return [...new Set([...named, ...more])].toSorted((left, right) => placeName(left).localeCompare(placeName(right)))
}

/** Places to choose from: those with rows of their own, and the members of the union. */
export function places(): string[] {
  const named = table.rows.map(({ jurisdiction }) => jurisdiction)
  const all = new Set([...named, ...table.eu_members].filter((one) => one !== UNKNOWN && one !== EU))
  return [...all].toSorted((left, right) => placeName(left).localeCompare(placeName(right)))
}

const STATES: Record<string, string> = {
  'US-NY': 'New York, United States',
  'US-CT': 'Connecticut, United States',
  'US-MD': 'Maryland, United States',
  'US-CO': 'Colorado, United States',
  'US-CA': 'California, United States',
  EU: 'European Union',
  [UNKNOWN]: 'Anywhere else',
}

export function placeName(place: string): string {
  const known = STATES[place]
  if (known) return known
  try {
    return new Intl.DisplayNames('en', { type: 'region' }).of(place) ?? place
  } catch {
    return place // a part of a country
  }
}
