/** When a session ends by itself: after a time without a sign of life in any tab, or at its cap. */

export const IDLE_MS = 30 * 60_000
export const WARNING_MS = 2 * 60_000
export const SESSION_MS = 12 * 60 * 60_000

const KEY = 'kindred.active-at'
const WRITE_EVERY_MS = 5_000

export type IdleState =
  | { state: 'active' }
  | { state: 'warned'; secondsLeft: number }
  | { state: 'over'; because: 'idle' | 'cap' }

/** What a session is at `now`; pure, so that a fake clock can walk through a day. */
export function idleState(now: number, activeAt: number, signedInAt: number): IdleState {
  if (now - signedInAt >= SESSION_MS) return { state: 'over', because: 'cap' }
  const left = activeAt + IDLE_MS - now
  if (left <= 0) return { state: 'over', because: 'idle' }
  if (left <= WARNING_MS) return { state: 'warned', secondsLeft: Math.ceil(left / 1000) }
  return { state: 'active' }
}

/** The last sign of life in any tab of this browser. */
export function readActiveAt(now: number): number {
  const stored = Number(localStorage.getItem(KEY))
  return stored > 0 && stored <= now ? stored : now
}

let writtenAt = 0

/** Note a sign of life, for all tabs. `force` also when one was noted a moment ago. */
export function noteActivity(now: number, force = false): void {
  if (!force && now - writtenAt < WRITE_EVERY_MS && now >= writtenAt) return
  writtenAt = now
  localStorage.setItem(KEY, String(now))
}
