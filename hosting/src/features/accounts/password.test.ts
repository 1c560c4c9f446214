import { expect, it } from 'vitest'

import { ENOUGH, judgePassword } from '@/features/accounts/password'

it('is not impressed by a common word with digits', async () => {
  expect((await judgePassword('Password123!', [])).score).toBeLessThan(ENOUGH)
})

it('accepts unrelated words', async () => {
  expect((await judgePassword('copper lantern sails', [])).score).toBeGreaterThanOrEqual(ENOUGH)
})

it('holds the own name against a password', async () => {
  const own = await judgePassword('wollenbergshop', ['wollenbergshop'])
  expect(own.score).toBeLessThan(ENOUGH)
})
