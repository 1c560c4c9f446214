import { screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { actAs } from '@/features/accounts/testing'
import { useUploads } from '@/features/sources/api'
import { listRows, useUpload } from '@/features/sources/csv/api'
import { UploadPage } from '@/features/sources/csv/upload-page'
import { makeUpload, show } from '@/testing'

vi.mock('@/features/accounts/access', { spy: true })
vi.mock('@/features/sources/api')
vi.mock('@/features/sources/csv/api')

const report = { rows_read: 1, rows_accepted: 1 }
const first = makeUpload({ id: 'u1', label: 'First', report })
const second = makeUpload({ id: 'u2', label: 'Second', report, based_on: { upload_id: 'u1', mode: 'append' } })

beforeEach(() => {
  actAs('analyst')
  vi.mocked(useUploads).mockReturnValue({ state: 'ready', data: [first, second] })
  vi.mocked(useUpload).mockImplementation((_, id) => ({ state: 'ready', data: id === 'u1' ? first : second }))
  vi.mocked(listRows).mockResolvedValue({ columns: ['amount'], rows: [['10']], total: 1 })
})

it('takes no edit of one version’s rows along to another', async () => {
  const { user } = await show(<UploadPage />, { route: '/m/$owner/uploads/$uploadId', url: '/m/m1/uploads/u1' })
  await user.click(screen.getByRole('button', { name: 'Show the rows' }))
  await user.type(await screen.findByRole('textbox'), '5')
  await user.click(screen.getByRole('link', { name: 'Second' }))
  expect(await screen.findByRole('heading', { level: 1, name: 'Second' })).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Show the rows' }))
  expect(await screen.findByRole('textbox')).toHaveValue('10')
})
