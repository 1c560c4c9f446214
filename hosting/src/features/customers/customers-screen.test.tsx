import { fireEvent, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { findEntry, useCustomerPages } from '@/features/customers/api'
import { CustomersScreen } from '@/features/customers/customers-screen'
import { useRuns } from '@/features/sources/api'
import { type Place, PlaceContext } from '@/features/sources/place'
import { makePlace } from '@/features/sources/testing'
import { makeSegment, show } from '@/testing'

vi.mock('@/features/customers/api')
vi.mock('@/features/sources/api')

const loyal = makeSegment()
const idle = makeSegment({ id: 'r1-idle', segment_key: 'idle', name: 'Dormant Customers', customer_count: 9 })

function open(search = '', place: Partial<Place> = {}) {
  return show(
    <PlaceContext value={makePlace(place)}>
      <CustomersScreen segments={[loyal, idle]} />
    </PlaceContext>,
    { route: '/m/$owner/s/$kind/$sourceId/customers', url: `/m/m1/s/csv/s1/customers${search}` },
  )
}

beforeEach(() => {
  vi.mocked(useRuns).mockReturnValue([])
  vi.mocked(useCustomerPages).mockReturnValue({
    data: { pages: [], pageParams: [] },
    isPending: false,
    isError: false,
  } as unknown as ReturnType<typeof useCustomerPages>)
})

it('shows the segment that the URL names, else the first', async () => {
  const { unmount } = await open('?segment=idle')
  expect(screen.getByLabelText('Segment')).toHaveDisplayValue('Dormant Customers (9)')
  unmount()
  await open('?segment=gone')
  expect(screen.getByLabelText('Segment')).toHaveDisplayValue('Loyal Buyers (40)')
})

it('finds a customer by one read in the index of the run', async () => {
  vi.mocked(findEntry).mockResolvedValue({ segment_id: 'r1-idle', page_id: 'r1-idle-0000' })
  const { user, pathname } = await open()
  await user.type(screen.getByLabelText('Find by customer id'), ' C7 {Enter}')
  expect(findEntry).toHaveBeenCalledExactlyOnceWith({ uid: 'm1', kind: 'csv', id: 's1' }, 'r1', 'C7', 4)
  await waitFor(() => expect(pathname()).toBe('/m/m1/s/csv/s1/customer'))
})

it('says so where no customer has that id', async () => {
  vi.mocked(findEntry).mockResolvedValue(null)
  const { user, pathname } = await open()
  await user.type(screen.getByLabelText('Find by customer id'), 'nobody{Enter}')
  expect(await screen.findByText(/No customer of this source has the id nobody/)).toBeVisible()
  expect(pathname()).toBe('/m/m1/s/csv/s1/customers')
})

it('looks for nobody before it is known where the run keeps its customers', async () => {
  vi.mocked(findEntry).mockClear()
  const { user } = await open('', { summary: { state: 'loading' } })
  await user.type(screen.getByLabelText('Find by customer id'), 'C7{Enter}')
  expect(screen.getByRole('button', { name: 'Find' })).toBeDisabled()
  expect(findEntry).not.toHaveBeenCalled()
})

it('keeps every letter of a filter, however late the URL follows', async () => {
  await open()
  const filter = screen.getByLabelText<HTMLInputElement>('Filter this segment')
  for (const letter of 'anna') fireEvent.change(filter, { target: { value: filter.value + letter } })
  expect(filter).toHaveValue('anna')
})
