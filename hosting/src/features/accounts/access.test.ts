import { renderHook } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import { useAccount } from '@/data/auth'
import { rightsOf, useAccess } from '@/features/accounts/access'
import { useMember } from '@/features/accounts/api'

vi.mock('@/data/auth')
vi.mock('@/features/accounts/api')

const account = { uid: 'me', email: '', emailVerified: true, displayName: '', signedInAt: 0 }

it('lets viewers look, analysts change, and admins delete and manage', () => {
  const rights = (['viewer', 'analyst', 'admin', 'owner', null] as const).map((role) => {
    const { mayChange, mayDelete, mayManageTeam } = rightsOf(role)
    return [mayChange, mayDelete, mayManageTeam]
  })
  expect(rights).toEqual([
    [false, false, false],
    [true, false, false],
    [true, true, true],
    [true, true, true],
    [false, false, false],
  ])
})

it('makes everybody the owner of their own business, without asking for a membership', () => {
  vi.mocked(useAccount).mockReturnValue(account)
  vi.mocked(useMember).mockReturnValue({ state: 'loading' })
  expect(renderHook(() => useAccess('me')).result.current).toMatchObject({ role: 'owner', state: 'ready' })
  expect(useMember).toHaveBeenCalledWith('me', null)
})

it('denies who is no member of another business', () => {
  vi.mocked(useAccount).mockReturnValue(account)
  vi.mocked(useMember).mockReturnValue({ state: 'missing' })
  expect(renderHook(() => useAccess('other')).result.current).toMatchObject({
    role: null,
    state: 'denied',
    mayChange: false,
  })
})
