import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { beforeEach, expect, it, vi } from 'vitest'
import * as z from 'zod'

import * as firestore from '@/data/firestore'
import { useLiveDocument, useLiveOfSource } from '@/data/live'

vi.mock('@/data/firestore')

const schema = z.looseObject({ id: z.string() })
const shop = { uid: 'm1', kind: 'csv', id: 's1' }
const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={client}>{children}</QueryClientProvider>
)
let client: QueryClient

beforeEach(() => {
  client = new QueryClient()
  vi.mocked(firestore.watchMatching).mockReset().mockReturnValue(vi.fn())
  vi.mocked(firestore.watchDocument).mockReset().mockReturnValue(vi.fn())
})

it('shows nobody what was so when somebody last looked', async () => {
  const first = renderHook(() => useLiveDocument('settings/pricing', schema), { wrapper })
  await waitFor(() => expect(firestore.watchDocument).toHaveBeenCalled())
  vi.mocked(firestore.watchDocument).mock.lastCall?.[1]({ id: 'pricing', data: {} })
  await waitFor(() => expect(first.result.current.state).toBe('ready'))
  first.unmount()
  await waitFor(() => expect(client.getQueryCache().getAll()).toEqual([]))
  const later = renderHook(() => useLiveDocument('settings/pricing', schema), { wrapper })
  expect(later.result.current.state).toBe('loading')
})

it('keeps what is there while more is asked for, and nothing of another source', async () => {
  const shown = renderHook(
    ({ id, most }: { id: string; most: number }) => useLiveOfSource('products', { ...shop, id }, schema, most),
    { wrapper, initialProps: { id: 's1', most: 1 } },
  )
  await waitFor(() => expect(firestore.watchMatching).toHaveBeenCalled())
  vi.mocked(firestore.watchMatching).mock.lastCall?.[3]([{ id: 'p1', data: {} }])
  await waitFor(() => expect(shown.result.current.state).toBe('ready'))
  shown.rerender({ id: 's1', most: 2 })
  expect(shown.result.current).toEqual({ state: 'ready', data: [{ id: 'p1' }] })
  shown.rerender({ id: 's2', most: 2 })
  expect(shown.result.current.state).toBe('loading')
})
