/** Limits while they are typed, and what is stored of them. */
import type { PricingSettings } from '@/data/prices'
import { text } from '@/features/pricing/limits/text'
import { isZone } from '@/features/pricing/typed'

interface Range {
  low: number
  high: number
  whole?: boolean
  /** Empty means: no limit. */
  optional?: boolean
}

/** What each field may be, as the server takes it. */
export const RANGES = {
  floor: { low: 0, high: 100 },
  margin: { low: 0, high: 100 },
  ceiling: { low: 100, high: 1000 },
  step: { low: 0, high: 100, optional: true },
  cooldown: { low: 0, high: 8760, whole: true },
  perDay: { low: 1, high: 1000, whole: true, optional: true },
  valid: { low: 1, high: 10_080, whole: true },
  costDays: { low: 1, high: 3650, whole: true },
  keepDays: { low: 1, high: 3650, whole: true },
  lowAt: { low: 0, high: 1_000_000 },
  raise: { low: 0, high: 100 },
  highAt: { low: 0, high: 1_000_000_000, optional: true },
  discount: { low: 0, high: 100 },
  most: { low: 0, high: 100 },
  fresh: { low: 1, high: 90, whole: true },
} as const satisfies Record<string, Range>

export type NumberField = keyof typeof RANGES

export interface SettingsDraft extends Record<NumberField, string> {
  zone: string
  jurisdiction: string
  sellsFood: boolean
  needsConsent: boolean
  purchases: boolean
  emotions: boolean
  match: boolean
  premiums: boolean
  by: string
  /** Codes of the table of laws: where premiums are on. */
  premiumPlaces: string[]
}

export function draftOfSettings(settings: PricingSettings): SettingsDraft {
  const figure = (value: number | null | undefined): string => (value == null ? '' : String(value))
  return {
    floor: figure(settings.floor),
    margin: figure(settings.floor_margin),
    ceiling: figure(settings.ceiling),
    step: figure(settings.step),
    cooldown: figure(settings.cooldown),
    perDay: figure(settings.quotes_per_day),
    valid: figure(settings.valid_minutes),
    costDays: figure(settings.cost_days),
    keepDays: figure(settings.keep_days),
    lowAt: figure(settings.stock.low_at),
    raise: figure(settings.stock.raise_percent),
    highAt: figure(settings.stock.high_at),
    discount: figure(settings.stock.discount_percent),
    most: figure(settings.competitor.most_percent),
    fresh: figure(settings.competitor.fresh_days),
    zone: settings.zone,
    jurisdiction: settings.jurisdiction ?? '',
    sellsFood: settings.sells_food,
    needsConsent: settings.needs_consent,
    purchases: settings.evidence.purchase_history,
    emotions: settings.evidence.emotional_state,
    match: settings.competitor.match,
    premiums: settings.premiums.enabled,
    by: settings.premiums.by ?? '',
    premiumPlaces: settings.premiums.jurisdictions ?? (settings.jurisdiction ? [settings.jurisdiction] : []),
  }
}

export type Problems = Partial<Record<keyof SettingsDraft, string>>

/** All that the form says; the switches are elsewhere and stay. */
export type LimitFields = Omit<PricingSettings, 'id' | 'kill' | 'killed_sources'>

export function readSettings(
  draft: SettingsDraft,
  stored: PricingSettings,
  now: Date,
): { fields: LimitFields; problems: null } | { fields: null; problems: Problems } {
  const problems: Problems = {}
  const values = Object.fromEntries(
    (Object.keys(RANGES) as NumberField[]).map((field) => [field, number(draft[field], field, problems)]),
  ) as Record<NumberField, number | null>
  if (!isZone(draft.zone)) problems.zone = text.problems.zone
  if (draft.premiums && !draft.by.trim()) problems.by = text.byMissing
  if (Object.keys(problems).length) return { fields: null, problems }
  const set = (field: NumberField): number => values[field] ?? 0
  const jurisdictions = draft.premiumPlaces.toSorted()
  const before = draftOfSettings(stored)
  const same =
    before.premiums && before.by === draft.by.trim() && before.premiumPlaces.toSorted().join() === jurisdictions.join()
  return {
    fields: {
      floor: set('floor'),
      floor_margin: set('margin'),
      ceiling: set('ceiling'),
      step: values.step,
      cooldown: set('cooldown'),
      quotes_per_day: values.perDay,
      valid_minutes: set('valid'),
      cost_days: set('costDays'),
      keep_days: set('keepDays'),
      jurisdiction: draft.jurisdiction || null,
      sells_food: draft.sellsFood,
      premiums: draft.premiums
        ? { enabled: true, by: draft.by.trim(), at: same ? (stored.premiums.at ?? now) : now, jurisdictions }
        : { enabled: false, by: null, at: null },
      needs_consent: draft.needsConsent,
      evidence: { purchase_history: draft.purchases, emotional_state: draft.emotions },
      stock: {
        low_at: set('lowAt'),
        raise_percent: set('raise'),
        high_at: values.highAt,
        discount_percent: set('discount'),
      },
      competitor: { match: draft.match, most_percent: set('most'), fresh_days: set('fresh') },
      zone: draft.zone.trim(),
    },
    problems: null,
  }
}

function number(typed: string, field: NumberField, problems: Problems): number | null {
  const range: Range = RANGES[field]
  const plain = typed.trim().replace(',', '.')
  if (plain === '' && range.optional) return null
  const value = Number(plain)
  const fits = plain !== '' && value >= range.low && value <= range.high
  if (fits && (!range.whole || Number.isInteger(value))) return value
  problems[field] = (range.whole ? text.problems.whole : text.problems.range)(range.low, range.high)
  return null
}
