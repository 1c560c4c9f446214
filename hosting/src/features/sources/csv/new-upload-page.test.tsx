import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { actAs } from '@/features/accounts/testing'
import type { Detection } from '@/features/reading/detection'
import { encodeHead, readPreview } from '@/features/reading/preview'
import { useUploads } from '@/features/sources/api'
import { detectHead } from '@/features/sources/csv/api'
import { NewUploadPage } from '@/features/sources/csv/new-upload-page'
import { startUpload } from '@/features/sources/csv/transfers'
import { show } from '@/testing'

vi.mock('@/features/accounts/access', { spy: true })
vi.mock('@/features/reading/preview', { spy: true })
vi.mock('@/features/sources/api')
vi.mock('@/features/sources/csv/api')
vi.mock('@/features/sources/csv/transfers')

const route = '/m/$owner/uploads/new'
const url = '/m/m1/uploads/new'
const file = new File(['Mail,Sum\na@b.de,12\n'], 'orders.csv', { type: 'text/csv' })
const detection: Detection = {
  columns: ['Mail', 'Sum'],
  samples: {},
  guesses: { Mail: { field: 'email', confidence: 0.9 }, Sum: { field: 'amount', confidence: 0.9 } },
  problem: '',
  rows: { read: 1, rejected: 0 },
  errors: [],
  notices: [],
  remembered: false,
}

beforeEach(() => {
  actAs('analyst')
  vi.mocked(useUploads).mockReturnValue({ state: 'ready', data: [] })
  vi.mocked(encodeHead).mockResolvedValue('TWFpbA==')
  vi.mocked(readPreview).mockResolvedValue(null)
  vi.mocked(detectHead).mockResolvedValue(detection)
  vi.mocked(startUpload).mockResolvedValue('u9')
})

/** All that is written on the page above the button that starts. */
function wordsAbove(): string | undefined {
  return document.body.textContent?.split('Upload and start')[0]
}

it('keeps what is clicked above what arrives later, so that nothing moves it away', async () => {
  let arrive = (_: Detection): void => undefined
  vi.mocked(detectHead).mockReturnValue(
    new Promise((resolve) => {
      arrive = resolve
    }),
  )
  const { user } = await show(<NewUploadPage />, { route, url })
  await user.upload(screen.getByLabelText('Choose files'), file)
  const start = screen.getByRole('button', { name: 'Upload and start' })
  await waitFor(() => expect(start).toBeEnabled())
  const above = wordsAbove()
  expect(screen.getByText('Recognising the columns')).toBeInTheDocument()

  arrive(detection)
  const arrived = await screen.findByLabelText('Meaning of Mail')
  expect(start.compareDocumentPosition(arrived)).toBe(Node.DOCUMENT_POSITION_FOLLOWING)
  expect(screen.getByRole('button', { name: 'Upload and start' })).toBe(start)
  expect(wordsAbove()).toBe(above)
})

it('starts without waiting for the preview, and opens the upload', async () => {
  vi.mocked(detectHead).mockReturnValue(new Promise(() => undefined))
  const { user, pathname } = await show(<NewUploadPage />, { route, url })
  await user.upload(screen.getByLabelText('Choose files'), file)
  const start = screen.getByRole('button', { name: 'Upload and start' })
  await waitFor(() => expect(start).toBeEnabled())
  await user.click(start)
  expect(startUpload).toHaveBeenCalledWith('m1', {
    file,
    generateSegments: true,
    columnMapping: null,
    options: {},
    basedOn: null,
  })
  await waitFor(() => expect(pathname()).toBe('/m/m1/uploads/u9'))
})

it('sends the meanings along once a merchant has changed one', async () => {
  const { user } = await show(<NewUploadPage />, { route, url })
  await user.upload(screen.getByLabelText('Choose files'), file)
  await user.selectOptions(await screen.findByLabelText('Meaning of Mail'), 'Customer id')
  await user.click(screen.getByRole('button', { name: 'Upload and start' }))
  expect(startUpload).toHaveBeenCalledWith(
    'm1',
    expect.objectContaining({ columnMapping: { customer_id: 'Mail', amount: 'Sum' } }),
  )
})

it('doesn’t start with files that can’t work', async () => {
  const { user } = await show(<NewUploadPage />, { route, url })
  await user.upload(screen.getByLabelText('Choose files'), new File([], 'empty.csv'))
  expect(await screen.findByText('This file is empty.')).toBeVisible()
  expect(screen.getByRole('button', { name: 'Upload and start' })).toBeDisabled()
})

it('turns viewers away', async () => {
  actAs('viewer')
  await show(<NewUploadPage />, { route, url })
  expect(screen.getByRole('heading', { name: 'Your role can’t upload' })).toBeVisible()
  expect(screen.queryByLabelText('Choose files')).toBeNull()
})
