import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { pageSchema } from '@/data/documents'
import { getIdRange } from '@/data/firestore'
import { CustomersTable } from '@/features/customers/customers-table'
import { PlaceContext } from '@/features/sources/place'
import { makePlace } from '@/features/sources/testing'
import { makeSegment, show } from '@/testing'

vi.mock('@/data/firestore')

const SIZE = 3

/** A segment of `count` customers, of which a page holds three. Each spends less than the one before. */
function haveCustomers(count: number): void {
  vi.mocked(getIdRange).mockImplementation(async (_path, _from, _before, { after }) => {
    const number = after ? Number(after.slice(-4)) + 1 : 0
    const positions = Array.from({ length: SIZE }, (_, at) => number * SIZE + at).filter((at) => at < count)
    if (positions.length === 0) return []
    const id = `r1-loyal-${String(number).padStart(4, '0')}`
    const data = {
      segment_id: 'r1-loyal',
      page: number,
      customer_ids: positions.map((at) => `C${at}`),
      columns: JSON.stringify({ monetary: positions.map((at) => 100 - at), city: positions.map(() => 'Oslo'), x: [1] }),
    }
    pageSchema.parse({ id, ...data })
    return [{ id, data }]
  })
}

function showTable(props: Partial<Parameters<typeof CustomersTable>[0]>, count = 7) {
  return show(
    <PlaceContext value={makePlace()}>
      <CustomersTable segment={makeSegment({ customer_count: count })} {...props} />
    </PlaceContext>,
  )
}

async function table(): Promise<HTMLElement> {
  await screen.findAllByRole('rowheader')
  return screen.getByRole('table', { name: 'Customers of the segment' })
}

function customersIn(found: HTMLElement): (string | null)[] {
  return within(found).getAllByRole('rowheader').map(({ textContent }) => textContent)
}

beforeEach(() => {
  // jsdom lays nothing out: without a size, no row would be in sight.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1200)
  haveCustomers(7)
})

it('shows the first page, and more on request', async () => {
  const { user } = await showTable({})
  expect(customersIn(await table())).toEqual(['C0', 'C1', 'C2'])
  expect(screen.getByText('3 of 7 loaded')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Load 500 more' }))
  expect(await screen.findByText('6 of 7 loaded')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Load all' }))
  expect(await screen.findByText('7 of 7 loaded')).toBeVisible()
  expect(screen.queryByRole('button', { name: 'Load all' })).toBeNull()
})

it('sorts and filters the whole segment, not only what was loaded', async () => {
  await showTable({ sorting: { by: 'monetary', descending: false } })
  expect(await screen.findByText('7 of 7 loaded')).toBeVisible()
  expect(customersIn(await table())[0]).toBe('C6')
})

it('says so where only a part of a large segment is sorted', async () => {
  await showTable({ sorting: { by: 'monetary', descending: false } }, 10_001)
  expect(await screen.findByText(/Only the 3 best customers of 10,001 are sorted/)).toBeVisible()
  expect(getIdRange).toHaveBeenCalledOnce()
})

it('asks for another order by the heads of its columns', async () => {
  const onSort = vi.fn()
  const { user } = await showTable({ onSort })
  await table()
  await user.click(screen.getByRole('button', { name: 'Sort by Revenue' }))
  expect(onSort).toHaveBeenLastCalledWith({ by: 'monetary', descending: true })
  await user.click(screen.getByRole('button', { name: 'Sort by City' }))
  expect(onSort).toHaveBeenLastCalledWith({ by: 'city', descending: false })
})

it('turns the order round, and then leaves it', async () => {
  const onSort = vi.fn()
  const first = await showTable({ onSort, sorting: { by: 'monetary', descending: true } })
  expect(await screen.findByRole('columnheader', { name: /Revenue/ })).toHaveAttribute('aria-sort', 'descending')
  await first.user.click(screen.getByRole('button', { name: 'Sort by Revenue' }))
  expect(onSort).toHaveBeenLastCalledWith({ by: 'monetary', descending: false })
  first.unmount()
  const second = await showTable({ onSort, sorting: { by: 'monetary', descending: false } })
  await second.user.click(await screen.findByRole('button', { name: 'Sort by Revenue' }))
  expect(onSort).toHaveBeenLastCalledWith(null)
})

it('writes figures by what they are, and hides what is for the map', async () => {
  await showTable({})
  const row = within(await table()).getByRole('row', { name: /C0/ })
  expect(within(row).getByText('€100.00')).toBeVisible()
  expect(screen.queryByRole('columnheader', { name: 'X' })).toBeNull()
})

it('shows a preview without anything to load or sort', async () => {
  await showTable({ preview: true })
  expect(await screen.findByRole('heading', { name: 'Customers, best first' })).toBeVisible()
  expect(screen.queryByRole('button', { name: /Load|Sort/ })).toBeNull()
})

it('opens a customer', async () => {
  const { user, pathname } = await showTable({})
  await user.click(within(await table()).getByRole('button', { name: 'C1' }))
  await waitFor(() => expect(pathname()).toBe('/m/m1/s/csv/s1/customer'))
})

it('says so where a segment is empty, or no row matches', async () => {
  const { unmount } = await showTable({ filter: 'Rome' })
  expect(await screen.findByText('No loaded customer matches the filter.')).toBeVisible()
  unmount()
  haveCustomers(0)
  await showTable({}, 0)
  expect(await screen.findByRole('heading', { name: 'No customers' })).toBeVisible()
})
