import { screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { actAs } from '@/features/accounts/testing'
import { useUploads } from '@/features/sources/api'
import { importChecked } from '@/features/sources/csv/api'
import { CheckedCard } from '@/features/sources/csv/checked-card'
import { makeUpload, show } from '@/testing'

vi.mock('@/features/accounts/access', { spy: true })
vi.mock('@/features/sources/api')
vi.mock('@/features/sources/csv/api')

const upload = makeUpload({
  status: 'checked',
  options: { dry_run: true, date_order: 'dmy' },
  based_on: { upload_id: 'first', mode: 'append' },
})

beforeEach(() => {
  actAs('analyst')
  vi.mocked(useUploads).mockReturnValue({
    state: 'ready',
    data: [upload, makeUpload({ id: 'first', label: 'First' })],
  })
})

it('imports what was checked, with the options that it was checked with', async () => {
  const { user } = await show(<CheckedCard owner="m1" upload={upload} />)
  await user.click(screen.getByRole('button', { name: 'Import now' }))
  expect(importChecked).toHaveBeenCalledWith('m1', 'u1', { dry_run: true, date_order: 'dmy' })
})

it('leads back to the upload that the file adds to', async () => {
  const { user, pathname } = await show(<CheckedCard owner="m1" upload={upload} />)
  await user.click(screen.getByRole('link', { name: 'Back to First' }))
  expect(pathname()).toBe('/m/m1/uploads/first')
})

it('offers a viewer nothing to do', async () => {
  actAs('viewer')
  await show(<CheckedCard owner="m1" upload={upload} />)
  expect(screen.getByRole('heading', { name: 'Checked, nothing imported yet' })).toBeVisible()
  expect(screen.queryByRole('button')).toBeNull()
})
