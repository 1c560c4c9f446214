import { screen } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { actAs } from '@/features/accounts/testing'
import type { Detection } from '@/features/reading/detection'
import { answerMapping, detectUpload } from '@/features/sources/csv/api'
import { NeedsMapping } from '@/features/sources/csv/needs-mapping'
import { makeUpload, show } from '@/testing'

vi.mock('@/features/accounts/access', { spy: true })
vi.mock('@/features/sources/csv/api')

const detection: Detection = {
  columns: ['Ref', 'Sum'],
  samples: {},
  guesses: { Sum: { field: 'amount', confidence: 0.9 } },
  problem: '',
  rows: null,
  errors: [],
  notices: [],
  remembered: false,
}
const upload = makeUpload({
  status: 'needs_mapping',
  detected: { columns: ['Ref', 'Sum'], mapping: { amount: { column: 'Sum', confidence: 0.9 } } },
})

beforeEach(() => {
  actAs('analyst')
  vi.mocked(detectUpload).mockResolvedValue(detection)
})

it('goes on once a column says who the customer is', async () => {
  const { user } = await show(<NeedsMapping owner="m1" upload={upload} />)
  const ref = await screen.findByLabelText('Meaning of Ref')
  const answer = screen.getByRole('button', { name: 'Use these columns' })
  expect(answer).toBeDisabled()
  expect(screen.getByText(/Say which column identifies the customer/)).toBeVisible()
  await user.selectOptions(ref, 'Customer id')
  expect(screen.queryByText(/Say which column identifies the customer/)).toBeNull()
  await user.click(answer)
  expect(answerMapping).toHaveBeenCalledWith('m1', 'u1', { customer_id: 'Ref', amount: 'Sum' })
})

it('asks by the columns that the document names, where the file can’t be looked at', async () => {
  vi.mocked(detectUpload).mockRejectedValue(new Error('no file'))
  await show(<NeedsMapping owner="m1" upload={upload} />)
  expect(await screen.findByLabelText('Meaning of Ref')).toBeEnabled()
  expect(screen.getByLabelText('Meaning of Sum')).toHaveDisplayValue('Amount')
})

it('lets a viewer look, and no more', async () => {
  actAs('viewer')
  await show(<NeedsMapping owner="m1" upload={upload} />)
  expect(await screen.findByLabelText('Meaning of Ref')).toBeDisabled()
  expect(screen.queryByRole('button', { name: 'Use these columns' })).toBeNull()
})
