import { screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import type { Role } from '@/data/documents'
import { actAs } from '@/features/accounts/testing'
import { deleteSource } from '@/features/sources/api'
import { UploadActions } from '@/features/sources/csv/upload-actions'
import { makeUpload, show } from '@/testing'

vi.mock('@/features/accounts/access', { spy: true })
vi.mock('@/features/sources/api')
vi.mock('@/features/sources/csv/api')

const finished = { current_run: 'r1', report: { rows_read: 9, rejects_path: 'derived/rejects.csv' } }

async function open(role: Role, fields: Record<string, unknown> = finished) {
  actAs(role)
  const shown = await show(<UploadActions owner="m1" upload={makeUpload(fields)} />)
  await shown.user.click(screen.getByRole('button', { name: 'Actions for Orders' }))
  const items = (await screen.findAllByRole('menuitem')).map(({ textContent }) => textContent?.trim())
  return { ...shown, items }
}

const LOOKING = [
  'Details',
  'See the segments',
  'Download rejected rows',
  'Export customers (CSV)',
  'Export customers (JSON)',
]
const CHANGING = [
  'Rename',
  'Replace with a new file',
  'Add a file to it',
  'Generate segments again',
]

it.each([
  ['viewer', LOOKING],
  ['analyst', [...LOOKING, ...CHANGING]],
  ['admin', [...LOOKING, ...CHANGING, 'Delete']],
  ['owner', [...LOOKING, ...CHANGING, 'Delete']],
] as const)('offers a %s what the role may do', async (role, expected) => {
  const { items } = await open(role)
  expect(items.toSorted()).toEqual([...expected].toSorted())
})

it('offers no results of an upload that has none', async () => {
  const { items } = await open('owner', { status: 'running' })
  expect(items).toEqual(['Details', 'Rename', 'Replace with a new file', 'Delete'])
})

it('deletes only after the question is answered', async () => {
  const { user } = await open('owner')
  await user.click(screen.getByRole('menuitem', { name: 'Delete' }))
  expect(await screen.findByRole('alertdialog', { name: 'Delete Orders?' })).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Keep it' }))
  expect(deleteSource).not.toHaveBeenCalled()
  await user.click(screen.getByRole('button', { name: 'Actions for Orders' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Delete' }))
  await user.click(await screen.findByRole('button', { name: 'Delete for good' }))
  expect(deleteSource).toHaveBeenCalledWith({ uid: 'm1', kind: 'csv', id: 'u1' })
})
