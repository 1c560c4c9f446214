/** A price test while it is typed, and what is stored of it. */
import { fromMinor, toMinor } from '@/data/money'
import type { SourceRef } from '@/data/paths'
import type { Arm, Effect, PriceTest } from '@/data/prices'
import { text } from '@/features/pricing/experiments/text'
import { rangeOf } from '@/features/pricing/words'

export interface ArmDraft {
  kind: Effect['kind']
  value: string
  weight: string
}

export interface TestDraft {
  name: string
  products: string[]
  controlWeight: string
  arms: ArmDraft[]
  holdout: string
  thompson: boolean
}

/** What a client writes of a test; servers start and stop it. */
export type TestFields = Omit<PriceTest, 'id'>

export const CONTROL = 'control'
export const MOST_ARMS = 9

export function emptyTest(): TestDraft {
  return {
    name: '',
    products: [],
    controlWeight: '1',
    arms: [{ kind: 'discount', value: '10', weight: '1' }],
    holdout: '10',
    thompson: false,
  }
}

export function testDraftOf(test: PriceTest, currency: string): TestDraft {
  const control = test.arms.find(({ effect }) => effect == null)
  return {
    name: test.name,
    products: test.products,
    controlWeight: String(control?.weight ?? 1),
    arms: test.arms.flatMap(({ effect, weight }) =>
      effect == null ? [] : [{ kind: effect.kind, value: valueOf(effect, currency), weight: String(weight) }],
    ),
    holdout: String(Math.round(test.holdout * 1000) / 10),
    thompson: test.thompson,
  }
}

function valueOf(effect: Effect, currency: string): string {
  if (effect.price != null) return fromMinor(effect.price, currency)
  return effect.percent == null ? '' : String(rangeOf(effect.percent).high)
}

export interface Problems {
  name?: string
  products?: string
  holdout?: string
  /** By the place of the arm; the control's weight is at -1. */
  arms: Map<number, string>
  all?: string
}

export function readTest(
  draft: TestDraft,
  source: SourceRef,
  currency: string,
  seed: string,
): { fields: TestFields; problems: null } | { fields: null; problems: Problems } {
  const { problems: words } = text
  const problems: Problems = { arms: new Map() }
  if (!draft.name.trim()) problems.name = words.name
  if (!draft.products.length) problems.products = words.products
  const holdout = figure(draft.holdout)
  if (holdout === null || holdout > 90) problems.holdout = words.holdout
  if (!draft.arms.length) problems.all = words.arms
  const controlWeight = figure(draft.controlWeight)
  if (!isWeight(controlWeight)) problems.arms.set(-1, words.weight)
  const arms: Arm[] = [{ id: CONTROL, effect: null, weight: controlWeight ?? 1 }]
  for (const [at, { kind, value, weight }] of draft.arms.entries()) {
    const share = figure(weight)
    const effect = readEffect(kind, value, currency)
    if (!isWeight(share)) problems.arms.set(at, words.weight)
    if (!effect) problems.arms.set(at, kind === 'fixed' ? words.price(currency) : words.percent)
    if (effect) arms.push({ id: `price-${at + 1}`, effect, weight: share ?? 1 })
  }
  const { arms: wrong, ...others } = problems
  if (wrong.size || Object.keys(others).length) return { fields: null, problems }
  return {
    fields: {
      name: draft.name.trim(),
      source: { kind: source.kind, id: source.id },
      products: draft.products,
      arms,
      seed,
      holdout: (holdout ?? 10) / 100,
      status: 'draft',
      starts: null,
      ends: null,
      thompson: draft.thompson,
    },
    problems: null,
  }
}

function readEffect(kind: Effect['kind'], value: string, currency: string): Effect | null {
  if (kind === 'fixed') {
    const price = toMinor(value, currency)
    return price ? { kind, price } : null
  }
  const percent = figure(value)
  return percent !== null && percent > 0 && percent <= 100 ? { kind, percent } : null
}

function figure(typed: string): number | null {
  const plain = typed.trim().replace(',', '.')
  return /^\d{1,5}(\.\d{1,4})?$/.test(plain) ? Number(plain) : null
}

function isWeight(value: number | null): boolean {
  return value !== null && value > 0 && value <= 1000
}

/** Who gets which price follows from it alone. */
export function newSeed(): string {
  return crypto.randomUUID()
}
