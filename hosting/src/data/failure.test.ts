import { expect, it } from 'vitest'

import { whatFailed } from '@/data/failure'

it('shows what a callable says, with its hint', () => {
  const failure = whatFailed({
    code: 'functions/failed-precondition',
    message: 'Nothing is running for this source.',
    details: { code: 'no-job', hint: 'Start one.' },
  })
  expect(failure).toMatchObject({
    code: 'no-job',
    message: 'Nothing is running for this source.',
    hint: 'Start one.',
  })
})

it('knows a denial from Firestore and from Storage', () => {
  expect(whatFailed({ code: 'permission-denied' }).denied).toBe(true)
  expect(whatFailed({ code: 'storage/unauthorized' }).denied).toBe(true)
})

it('has words for what carries none', () => {
  expect(whatFailed(null).message).not.toBe('')
})
