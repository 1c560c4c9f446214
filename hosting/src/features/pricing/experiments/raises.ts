/** Whether an arm of a test may ask for more than the public price; the server has the last word. */
import type { PriceTest, PricingSettings, Product } from '@/data/prices'
import { text } from '@/features/pricing/experiments/text'
import { placeName, UNKNOWN, whoBlocksRaises } from '@/features/pricing/limits/law'

/** Whether an arm asks some customers for more than the public price of a product of the test. */
export function raises(test: Pick<PriceTest, 'arms' | 'products'>, products: Product[]): boolean {
  const prices = products.filter((one) => test.products.includes(one.id)).map((one) => one.base_price)
  return test.arms.some(
    ({ effect }) =>
      effect?.kind === 'premium' || prices.some((price) => effect?.price != null && effect.price > price),
  )
}

/** Why not, and what to do; null where it may. `day` as in `2026-11-29`. */
export function whyNoHigherArm(settings: PricingSettings, day: string): string | null {
  const { premiums, jurisdiction, sells_food, ceiling } = settings
  const own = jurisdiction ?? null
  const listed = premiums.jurisdictions ?? (own ? [own] : [])
  const blocked = whoBlocksRaises(own, sells_food, day)
  const { higher } = text
  if (!premiums.enabled || !premiums.by) return higher.off
  if (blocked) return blocked === UNKNOWN ? higher.unknown : higher.blocked(placeName(blocked))
  if (!listed.length) return higher.nowhere
  return ceiling <= 100 ? higher.ceiling : null
}
