import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'

import { PickList } from '@/ui/pick-list'

const TEAS = Array.from({ length: 12 }, (_, at) => ({ value: `v${at}`, label: `Tea ${at}` }))
const SEARCH = { label: 'Find a tea', none: 'No such tea.' }

function Teas({ many }: { many: number }) {
  const [chosen, setChosen] = useState<string[]>([])
  const choices = TEAS.slice(0, many)
  return <PickList label="Teas" choices={choices} chosen={chosen} onChange={setChosen} none="-" search={SEARCH} />
}

const shown = () => screen.getAllByRole('checkbox').map((box) => box.closest('label')?.textContent)

it('finds by a part of the name or the whole id, and keeps what is chosen in sight', async () => {
  const user = userEvent.setup()
  const onSubmit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault())
  render(
    <form onSubmit={onSubmit}>
      <Teas many={12} />
    </form>,
  )
  await user.click(screen.getByRole('checkbox', { name: 'Tea 3' }))
  const search = screen.getByRole('searchbox', { name: 'Find a tea' })
  await user.type(search, 'TEA 1{enter}')
  expect(onSubmit).not.toHaveBeenCalled()
  expect(shown()).toEqual(['Tea 1', 'Tea 3', 'Tea 10', 'Tea 11'])
  await user.clear(search)
  await user.type(search, 'v7')
  expect(shown()).toEqual(['Tea 3', 'Tea 7'])
  await user.clear(search)
  await user.type(search, 'coffee')
  expect(shown()).toEqual(['Tea 3'])
  expect(screen.getByText('No such tea.')).toBeVisible()
})

it('offers no search among a few', () => {
  render(<Teas many={8} />)
  expect(screen.queryByRole('searchbox')).toBeNull()
})
