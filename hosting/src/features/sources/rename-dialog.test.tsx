import { screen, waitFor } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import { RenameDialog } from '@/features/sources/rename-dialog'
import { show } from '@/testing'

async function ask(onRename: (name: string) => Promise<void>) {
  const onOpenChange = vi.fn()
  const shown = await show(<RenameDialog open name="Tea" {...{ onOpenChange, onRename }} />)
  const name = screen.getByLabelText('Name')
  return { ...shown, name, onOpenChange }
}

it('begins with the present name, and closes when the new one is saved', async () => {
  const onRename = vi.fn(async () => undefined)
  const { user, name, onOpenChange } = await ask(onRename)
  expect(name).toHaveValue('Tea')
  await user.clear(name)
  await user.type(name, '  Green tea ')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(onRename).toHaveBeenCalledWith('Green tea')
  await waitFor(() => expect(onOpenChange).toHaveBeenCalledWith(false))
})

it('saves no empty name', async () => {
  const onRename = vi.fn(async () => undefined)
  const { user, name } = await ask(onRename)
  await user.clear(name)
  await user.type(name, '   ')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(onRename).not.toHaveBeenCalled()
})

it('stays open, with what was typed, where the name could not be saved', async () => {
  const { user, name, onOpenChange } = await ask(async () => {
    throw new Error('offline')
  })
  await user.type(name, 's')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(screen.getByRole('button', { name: 'Save' })).toBeEnabled())
  expect(name).toHaveValue('Teas')
  expect(onOpenChange).not.toHaveBeenCalled()
})
