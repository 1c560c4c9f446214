import { render, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'

import { MappingEditor } from '@/features/sources/csv/mapping-editor'

const columns = ['Mail', 'Sum', 'Note']
const samples = { Mail: ['a@b.de', 'c@d.de'], Sum: ['12,50'] }
const guesses = {
  Mail: { field: 'email', confidence: 0.97 },
  Sum: { field: 'amount', confidence: 0.6 },
}
const meanings = { Mail: 'email', Sum: 'amount' }

function edit(props: Partial<Parameters<typeof MappingEditor>[0]> = {}) {
  const onChange = vi.fn()
  render(
    <MappingEditor {...{ columns, samples, guesses, meanings, onChange }} {...props} />,
  )
  return onChange
}

function row(column: string): HTMLElement {
  const found = screen.getByLabelText(`Meaning of ${column}`).closest('li')
  if (!found) throw new Error(`no row of ${column}`)
  return found
}

it('shows each column with values of it, its meaning and how sure that is', () => {
  edit()
  expect(within(row('Mail')).getByText('a@b.de, c@d.de')).toBeVisible()
  expect(screen.getByLabelText('Meaning of Mail')).toHaveDisplayValue('E-mail')
  expect(within(row('Mail')).getByText('Sure 97%')).toBeVisible()
  expect(within(row('Sum')).getByText('Likely 60%')).toBeVisible()
  expect(screen.getByLabelText('Meaning of Note')).toHaveDisplayValue('Don’t use')
  expect(within(row('Note')).queryByText(/Sure|Likely|Unsure|choice/)).toBeNull()
})

it('passes on all meanings when one is chosen', async () => {
  const onChange = edit()
  await userEvent.selectOptions(screen.getByLabelText('Meaning of Note'), 'Review text')
  expect(onChange).toHaveBeenCalledWith({ ...meanings, Note: 'review_text' })
})

it('says whose choice it is where the meaning isn’t the recognised one', () => {
  edit({ meanings: { ...meanings, Sum: 'tax', Mail: '' } })
  expect(within(row('Sum')).getByText('Your choice')).toBeVisible()
  expect(within(row('Mail')).getByText('Your choice')).toBeVisible()
})

it('can’t be changed while it is disabled', () => {
  edit({ disabled: true })
  for (const select of screen.getAllByRole('combobox')) expect(select).toBeDisabled()
})
