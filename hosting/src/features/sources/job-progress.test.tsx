import { render, screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { UPLOAD_STATES } from '@/data/documents'
import { csvSource } from '@/data/paths'
import { actAs } from '@/features/accounts/testing'
import { cancelJob } from '@/features/sources/api'
import { JobProgress } from '@/features/sources/job-progress'
import { StatusBadge } from '@/features/sources/status-badge'
import { makeUpload, show } from '@/testing'

vi.mock('@/features/accounts/access', { spy: true })
vi.mock('@/features/sources/api')

const source = csvSource('m1', 'u1')
const running = makeUpload({
  status: 'running',
  stage: 'features',
  progress: 40,
  counts: { rows: 12_000, customers: 300, texts: 0 },
})

beforeEach(() => actAs('analyst'))

it('shows how far the job is, at which step, and of how much', async () => {
  await show(<JobProgress source={source} job={running} />)
  expect(screen.getByRole('heading', { name: 'Measuring customers' })).toBeVisible()
  expect(screen.getByRole('progressbar', { name: 'Progress of the job' })).toHaveAttribute('aria-valuenow', '40')
  const steps = screen.getAllByRole('listitem')
  expect(steps).toHaveLength(6)
  expect(steps.filter((step) => step.hasAttribute('aria-current'))).toEqual([steps[2]])
  expect(screen.getByText('12,000 rows · 300 customers')).toBeVisible()
})

it('has two steps where no segments are asked for', async () => {
  const job = makeUpload({ status: 'running', stage: 'reading', generate_segments: false })
  await show(<JobProgress source={source} job={job} />)
  expect(screen.getAllByRole('listitem')).toHaveLength(2)
})

it('speaks of a file only where there is one', async () => {
  const queued = makeUpload({ status: 'queued' })
  await show(<JobProgress source={{ ...source, kind: 'shopify' }} job={queued} />)
  expect(screen.getByText('The job starts in a moment.')).toBeVisible()
  expect(screen.queryByText(/file/)).toBeNull()
})

it('is cancelled once', async () => {
  const { user } = await show(<JobProgress source={source} job={running} />)
  await user.click(screen.getByRole('button', { name: 'Cancel the job' }))
  expect(cancelJob).toHaveBeenCalledExactlyOnceWith(source)
  expect(screen.getByRole('button', { name: 'Stopping at the next step.' })).toBeDisabled()
})

it('can be cancelled again where cancelling failed', async () => {
  vi.mocked(cancelJob).mockRejectedValue(new Error('offline'))
  const { user } = await show(<JobProgress source={source} job={running} />)
  await user.click(screen.getByRole('button', { name: 'Cancel the job' }))
  expect(await screen.findByRole('button', { name: 'Cancel the job' })).toBeEnabled()
})

it('lets a viewer watch', async () => {
  actAs('viewer')
  await show(<JobProgress source={source} job={running} />)
  expect(screen.queryByRole('button')).toBeNull()
})

it.each([...UPLOAD_STATES])('has a word for an upload that is %s', (status) => {
  const { container } = render(<StatusBadge status={status} />)
  expect(container.textContent).toMatch(/^[A-Z][a-z]/)
})
