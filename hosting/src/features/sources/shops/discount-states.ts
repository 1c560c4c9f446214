/** What a discount's state means. */
import type { Discount } from '@/data/documents'

/** Whether something of it is in the shop, or may be. */
export function isInTheShop({ state, confirmed_at: confirmed }: Discount): boolean {
  return confirmed != null && state !== 'undone'
}

/** The state as it is shown: what is live has ended once its time is over. */
export function shownState({ state, ends_at: ends }: Discount, now: number): string {
  return state === 'live' && ends && ends.getTime() <= now ? 'ended' : state
}
