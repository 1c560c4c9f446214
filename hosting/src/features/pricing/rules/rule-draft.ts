/** A rule while it is typed, and what is stored of it. */
import { fromMinor, minorDigits, toMinor } from '@/data/money'
import type { Effect, Rule } from '@/data/prices'
import type { SourceRef } from '@/data/paths'
import type { RuleFields } from '@/features/pricing/api'
import { isZone, percent } from '@/features/pricing/typed'
import { rangeOf } from '@/features/pricing/words'
import { text } from '@/features/pricing/rules/text'

export interface RuleDraft {
  name: string
  scope: 'all' | 'products' | 'categories'
  products: string[]
  categories: string[]
  segments: string[]
  archetypes: string[]
  rfmGroups: string[]
  definition: Record<string, unknown> | null
  kind: Effect['kind']
  unit: 'percent' | 'amount'
  low: string
  high: string
  amount: string
  price: string
  charm: string
  starts: string
  ends: string
  zone: string
  weekdays: number[]
  fromHour: string
  toHour: string
  priority: string
  group: string
  mode: Rule['group']['mode']
  exclusive: boolean
  active: boolean
}

export function emptyDraft(zone: string): RuleDraft {
  return {
    name: '',
    scope: 'all',
    products: [],
    categories: [],
    segments: [],
    archetypes: [],
    rfmGroups: [],
    definition: null,
    kind: 'discount',
    unit: 'percent',
    low: '5',
    high: '10',
    amount: '',
    price: '',
    charm: '',
    starts: '',
    ends: '',
    zone,
    weekdays: [],
    fromHour: '',
    toHour: '',
    priority: '0',
    group: 'default',
    mode: 'lowest',
    exclusive: false,
    active: true,
  }
}

export function draftOf(rule: Rule, currency: string): RuleDraft {
  const { effect, scope, who, schedule, group } = rule
  const range = effect.percent == null ? null : rangeOf(effect.percent)
  const sum = (value: number | null | undefined): string =>
    value == null ? '' : fromMinor(value, currency)
  const figure = (value: number | null | undefined): string => (value == null ? '' : String(value))
  return {
    name: rule.name,
    scope: scope.products.length ? 'products' : scope.categories.length ? 'categories' : 'all',
    products: scope.products,
    categories: scope.categories,
    segments: who.segments,
    archetypes: who.archetypes,
    rfmGroups: who.rfm_groups,
    definition: who.definition ?? null,
    kind: effect.kind,
    unit: effect.amount == null ? 'percent' : 'amount',
    low: figure(range?.low),
    high: figure(range?.high),
    amount: sum(effect.amount),
    price: sum(effect.price),
    charm: figure(effect.charm),
    starts: schedule.starts ?? '',
    ends: schedule.ends ?? '',
    zone: schedule.zone,
    weekdays: schedule.weekdays,
    fromHour: figure(schedule.from_hour),
    toHour: figure(schedule.to_hour),
    priority: String(rule.priority),
    group: group.name,
    mode: group.mode,
    exclusive: rule.exclusive,
    active: rule.active,
  }
}

export type Problems = Partial<Record<keyof RuleDraft, string>>

/** What each part of the form works on. */
export interface PartProps {
  draft: RuleDraft
  onChange: (change: Partial<RuleDraft>) => void
  problems: Problems
}

/** What would be stored, or what has to be mended first. */
export function readDraft(
  draft: RuleDraft,
  source: SourceRef,
  currency: string,
): { rule: RuleFields; problems: null } | { rule: null; problems: Problems } {
  const problems: Problems = {}
  const { problems: words } = text
  if (!draft.name.trim()) problems.name = words.name
  if (draft.scope === 'products' && !draft.products.length) problems.products = words.products
  if (draft.scope === 'categories' && !draft.categories.length) problems.categories = words.categories
  const effect = readEffect(draft, currency, problems)
  if (draft.starts && draft.ends && draft.ends < draft.starts) problems.ends = words.days
  if (!isZone(draft.zone)) problems.zone = words.zone
  const [from, to] = [hour(draft.fromHour), hour(draft.toHour)]
  if (from === undefined || to === undefined || from === 24 || to === 0) problems.fromHour = words.hours
  else if (from !== null && to !== null && from >= to) problems.fromHour = words.hours
  const priority = Number(draft.priority)
  if (!/^-?\d{1,4}$/.test(draft.priority.trim()) || Math.abs(priority) > 1000) {
    problems.priority = words.priority
  }
  if (!draft.group.trim()) problems.group = words.group
  if (!effect || Object.keys(problems).length) return { rule: null, problems }
  const rule: RuleFields = {
    name: draft.name.trim(),
    source: { kind: source.kind, id: source.id },
    effect,
    scope: {
      products: draft.scope === 'products' ? draft.products : [],
      categories: draft.scope === 'categories' ? draft.categories : [],
    },
    who: {
      segments: draft.segments,
      archetypes: draft.archetypes,
      rfm_groups: draft.rfmGroups,
      ...(draft.definition ? { definition: draft.definition } : {}),
    },
    schedule: {
      starts: draft.starts || null,
      ends: draft.ends || null,
      zone: draft.zone.trim(),
      weekdays: draft.weekdays.toSorted((left, right) => left - right),
      from_hour: from ?? null,
      to_hour: to ?? null,
    },
    priority,
    exclusive: draft.exclusive,
    group: { name: draft.group.trim(), mode: draft.mode },
    active: draft.active,
  }
  return { rule, problems: null }
}

function readEffect(draft: RuleDraft, currency: string, problems: Problems): Effect | null {
  const { problems: words } = text
  const charm = draft.charm === '' ? {} : { charm: Number(draft.charm) }
  if (draft.kind === 'fixed') {
    const price = toMinor(draft.price, currency)
    if (price === null) problems.price = words.amount(currency)
    return price === null ? null : { kind: 'fixed', price, ...charm }
  }
  if (draft.unit === 'amount') {
    const amount = toMinor(draft.amount, currency)
    if (amount === null) problems.amount = words.amount(currency)
    else if (amount === 0) problems.amount = words.nothing
    return amount ? { kind: draft.kind, amount, ...charm } : null
  }
  const [low, high] = [percent(draft.low), percent(draft.high || draft.low)]
  if (low === null) problems.low = words.percent
  if (high === null) problems.high = words.percent
  if (low === null || high === null) return null
  if (low > high) problems.high = words.order
  else if (high === 0) problems.high = words.nothing
  return { kind: draft.kind, percent: { low, high }, ...charm }
}

/** Null: none is given. Undefined: not an hour. */
function hour(typed: string): number | null | undefined {
  if (typed.trim() === '') return null
  const value = Number(typed)
  return /^\d{1,2}$/.test(typed.trim()) && value <= 24 ? value : undefined
}

/** The endings that prices of a currency may be taken down to. */
export function charmsOf(currency: string): [string, string][] {
  return text.charms(currency, minorDigits(currency))
}
