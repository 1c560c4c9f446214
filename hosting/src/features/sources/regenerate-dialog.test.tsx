import { screen } from '@testing-library/react'
import { expect, it, vi } from 'vitest'

import { csvSource } from '@/data/paths'
import { regenerateSegments } from '@/features/sources/api'
import { RegenerateDialog } from '@/features/sources/regenerate-dialog'
import { show } from '@/testing'

vi.mock('@/features/sources/api')

const source = csvSource('m1', 'u1')

async function ask(usual: unknown) {
  const onOpenChange = vi.fn()
  const onStarted = vi.fn()
  const shown = await show(
    <RegenerateDialog open {...{ source, usual, onOpenChange, onStarted }} />,
  )
  return { ...shown, onOpenChange, onStarted }
}

it('begins with the grouping of the latest job, and starts with the chosen one', async () => {
  const { user, onOpenChange, onStarted } = await ask('kmeans')
  expect(screen.getByLabelText('Grouping')).toHaveDisplayValue('K-Means')
  await user.selectOptions(screen.getByLabelText('Grouping'), 'DBSCAN')
  await user.click(screen.getByRole('button', { name: 'Generate' }))
  expect(regenerateSegments).toHaveBeenCalledWith(source, { algorithm: 'dbscan', dry_run: false })
  expect(onOpenChange).toHaveBeenCalledWith(false)
  expect(onStarted).toHaveBeenCalled()
})

it('leaves the choice to the server where there was none', async () => {
  await ask(undefined)
  expect(screen.getByLabelText('Grouping')).toHaveDisplayValue('Choose the best')
})

it('stays open where the job could not be started', async () => {
  vi.mocked(regenerateSegments).mockRejectedValue(new Error('busy'))
  const { user, onOpenChange, onStarted } = await ask('auto')
  await user.click(screen.getByRole('button', { name: 'Generate' }))
  expect(screen.getByRole('button', { name: 'Generate' })).toBeEnabled()
  expect(onOpenChange).not.toHaveBeenCalled()
  expect(onStarted).not.toHaveBeenCalled()
})
