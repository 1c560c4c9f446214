import { render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it } from 'vitest'

import { type Options, UploadOptions } from '@/features/sources/csv/upload-options'

/** Shows the options, and keeps what was passed on. */
function choose(): { latest: Options } {
  const chosen = { latest: {} as Options }
  function Page() {
    const [options, setOptions] = useState<Options>({})
    return (
      <UploadOptions
        options={options}
        onChange={(next) => {
          chosen.latest = next
          setOptions(next)
        }}
      />
    )
  }
  render(<Page />)
  return chosen
}

it('passes on what is chosen, and nothing that is left as it was', async () => {
  const chosen = choose()
  await userEvent.selectOptions(screen.getByLabelText('Grouping'), 'DBSCAN')
  await userEvent.selectOptions(screen.getByLabelText('Dates like 03/04/2025'), 'Day first')
  await userEvent.click(screen.getByLabelText(/Dry run/))
  expect(chosen.latest).toEqual({ algorithm: 'dbscan', date_order: 'dmy', dry_run: true })
  await userEvent.selectOptions(screen.getByLabelText('Grouping'), 'Choose the best')
  await userEvent.click(screen.getByLabelText(/Dry run/))
  expect(chosen.latest).toEqual({ date_order: 'dmy' })
})

it('passes on a currency only once it is three letters', async () => {
  const chosen = choose()
  const currency = screen.getByLabelText('Currency')
  await userEvent.type(currency, 'eu')
  expect(chosen.latest).toEqual({})
  await userEvent.type(currency, 'r')
  expect(chosen.latest).toEqual({ currency: 'EUR' })
  await userEvent.type(currency, '{Backspace}')
  expect(chosen.latest).toEqual({})
})
