import { expect, it } from 'vitest'

import { IDLE_MS, idleState, SESSION_MS, WARNING_MS } from '@/features/accounts/idle'

const START = 1_800_000_000_000

it('leaves an active session alone', () => {
  expect(idleState(START + 60_000, START, START)).toEqual({ state: 'active' })
})

it('warns before it ends, and counts down', () => {
  expect(idleState(START + IDLE_MS - WARNING_MS, START, START)).toEqual({
    state: 'warned',
    secondsLeft: WARNING_MS / 1000,
  })
})

it('ends after the idle time', () => {
  expect(idleState(START + IDLE_MS, START, START)).toEqual({ state: 'over', because: 'idle' })
})

it('ends at the hard cap, however active', () => {
  const now = START + SESSION_MS
  expect(idleState(now, now, START)).toEqual({ state: 'over', because: 'cap' })
})
