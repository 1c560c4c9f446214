import { onSnapshot } from 'firebase/firestore'
import { beforeEach, expect, it, vi } from 'vitest'

import { watchDocument, watchMatching, watchNewest } from '@/data/firestore'

vi.mock('firebase/firestore', async (original) => ({
  ...(await original<typeof import('firebase/firestore')>()),
  collection: vi.fn(),
  doc: vi.fn(),
  getFirestore: vi.fn(),
  onSnapshot: vi.fn(),
  query: vi.fn(),
}))
vi.mock('@/data/auth', () => ({ startFirebase: async () => ({ app: {} }) }))
vi.mock('@/data/config', () => ({ loadConfig: async () => ({ emulators: null }), splitHost: vi.fn() }))

beforeEach(() => vi.mocked(onSnapshot).mockReset())

/** What the last listener hears. */
async function tell(snapshot: object, { fromCache }: { fromCache: boolean }): Promise<void> {
  await vi.waitFor(() => expect(onSnapshot).toHaveBeenCalled())
  const [, options, hear] = vi.mocked(onSnapshot).mock.lastCall as unknown as [unknown, object, (heard: object) => void]
  expect(options).toEqual({ includeMetadataChanges: true })
  hear({ ...snapshot, metadata: { fromCache } })
}

const listOf = (...ids: string[]) => ({ docs: ids.map((id) => ({ id, data: () => ({}) })) })
const found = (...ids: string[]) => ids.map((id) => ({ id, data: {} }))

it.each([
  ['the newest', (hear: (heard: unknown) => void) => watchNewest('uploads', 'created_at', 9, hear, vi.fn())],
  ['those that match', (hear: (heard: unknown) => void) => watchMatching('rules', {}, 9, hear, vi.fn())],
])('takes no part of a list for the whole: %s', async (_, watch) => {
  const hear = vi.fn()
  watch(hear)
  await tell(listOf('open'), { fromCache: true })
  expect(hear).not.toHaveBeenCalled()
  await tell(listOf('open', 'other'), { fromCache: false })
  expect(hear).toHaveBeenLastCalledWith(found('open', 'other'))
})

it('says of no document that it is missing before the server has said so', async () => {
  const hear = vi.fn()
  watchDocument('settings/pricing', hear, vi.fn())
  await tell({ exists: () => false }, { fromCache: true })
  expect(hear).not.toHaveBeenCalled()
  await tell({ exists: () => false }, { fromCache: false })
  expect(hear).toHaveBeenCalledExactlyOnceWith(null)
})

it('goes on showing what is known while the connection is gone', async () => {
  const hear = vi.fn()
  watchNewest('uploads', null, 9, hear, vi.fn())
  await tell(listOf('one'), { fromCache: false })
  await tell(listOf('one', 'written here'), { fromCache: true })
  expect(hear).toHaveBeenLastCalledWith(found('one', 'written here'))
})
