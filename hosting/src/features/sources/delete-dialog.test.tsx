import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { deleteSource } from '@/features/sources/api'
import { DeleteDialog } from '@/features/sources/delete-dialog'
import { show } from '@/testing'

vi.mock('@/features/sources/api')

const source = { uid: 'm1', kind: 'shopify', id: 's1' }

beforeEach(() => void vi.mocked(deleteSource).mockReset())

async function ask() {
  const onOpenChange = vi.fn()
  const onDeleted = vi.fn()
  const shown = await show(
    <DeleteDialog open name="Tea" {...{ source, onOpenChange, onDeleted }}>
      <p>All of it goes.</p>
    </DeleteDialog>,
  )
  return { ...shown, onOpenChange, onDeleted }
}

it('says what goes, and deletes after a yes', async () => {
  const { user, onOpenChange, onDeleted } = await ask()
  expect(screen.getByRole('alertdialog', { name: 'Delete Tea?' })).toHaveTextContent('All of it goes.')
  expect(deleteSource).not.toHaveBeenCalled()
  await user.click(screen.getByRole('button', { name: 'Delete for good' }))
  expect(deleteSource).toHaveBeenCalledWith(source)
  await waitFor(() => expect(onDeleted).toHaveBeenCalled())
  expect(onOpenChange).toHaveBeenCalledWith(false)
})

it('deletes nothing after a no', async () => {
  const { user, onOpenChange, onDeleted } = await ask()
  await user.click(screen.getByRole('button', { name: 'Keep it' }))
  expect(onOpenChange).toHaveBeenCalledWith(false)
  expect(deleteSource).not.toHaveBeenCalled()
  expect(onDeleted).not.toHaveBeenCalled()
})

it('closes, and says of no source that it is gone, where that failed', async () => {
  vi.mocked(deleteSource).mockRejectedValue(new Error('busy'))
  const { user, onOpenChange, onDeleted } = await ask()
  await user.click(screen.getByRole('button', { name: 'Delete for good' }))
  await waitFor(() => expect(onOpenChange).toHaveBeenCalledWith(false))
  expect(onDeleted).not.toHaveBeenCalled()
})
