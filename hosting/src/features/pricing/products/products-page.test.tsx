import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { productDocumentId } from '@/data/paths'
import { ProductsPage } from '@/features/pricing/products/products-page'
import {
  answer,
  type Database,
  holdDocuments,
  makeProduct,
  OWNER,
  requestsTo,
  showPrices,
  SOURCE,
} from '@/features/pricing/testing'

vi.mock('@/data/firestore')
vi.mock('@/data/functions')
vi.mock('@/features/accounts/access', { spy: true })

let database: Database

beforeEach(() => {
  database = holdDocuments({ [`${OWNER}/products/p1`]: makeProduct() })
  answer({
    import_products: { created: 2, updated: 0, kept: 1, rejected: 1, errors: [{ line: 3, message: 'The price isn’t one.' }] },
  })
})

const open = (search = '', role: 'analyst' | 'viewer' = 'analyst') =>
  showPrices(<ProductsPage />, { route: '/products', url: `/products${search}`, role })

it('pauses one product', async () => {
  const { user } = await open()
  await user.click(await screen.findByRole('switch', { name: 'Personal prices for Wool socks' }))
  expect(await screen.findByText('Paused')).toBeVisible()
  expect(database.documents.get(`${OWNER}/products/p1`)).toMatchObject({ status: 'paused', base_price: 1499 })
})

it('adds a product under the id that quotes look for', async () => {
  const { user } = await open('?product=new')
  await user.type(await screen.findByLabelText('Name'), 'Linen shirt')
  await user.type(screen.getByLabelText('Product id'), 'SKU/2')
  await user.type(screen.getByLabelText('Public price'), '49.00')
  await user.type(screen.getByLabelText('Cost'), '21')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  const id = await productDocumentId(SOURCE, 'SKU/2')
  await waitFor(() => expect(database.documents.get(`${OWNER}/products/${id}`)).toBeDefined())
  const stored = database.documents.get(`${OWNER}/products/${id}`)
  expect(stored).toMatchObject({ base_price: 4900, cost: 2100, cost_at: expect.any(Date), product_id: 'SKU/2', source: SOURCE })
  expect(stored).not.toHaveProperty('public_prices')
})

it('refuses sums that aren’t any, and ids that are taken', async () => {
  const { user } = await open('?product=new')
  await user.type(await screen.findByLabelText('Name'), 'Linen shirt')
  await user.type(screen.getByLabelText('Product id'), 'SKU-1')
  await user.type(screen.getByLabelText('Public price'), 'free')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(screen.getByLabelText('Public price')).toBeInvalid()
  await user.clear(screen.getByLabelText('Public price'))
  await user.type(screen.getByLabelText('Public price'), '9')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('Another product has this id.')).toBeVisible()
  expect(database.listed(`${OWNER}/products`)).toHaveLength(1)
})

it('keeps when a cost was true that isn’t changed', async () => {
  const { user } = await open('?product=p1')
  const stock = await screen.findByLabelText('Stock')
  await user.clear(stock)
  await user.type(stock, '7')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(database.documents.get(`${OWNER}/products/p1`)).toMatchObject({ stock: 7 }))
  expect(database.documents.get(`${OWNER}/products/p1`)).toMatchObject({ cost_at: new Date('2026-11-01T00:00:00Z') })
})

it('takes a file over, and says which lines it could not', async () => {
  const { user } = await open()
  await user.click(await screen.findByRole('button', { name: 'From a CSV' }))
  await user.upload(screen.getByLabelText('Choose a file'), new File(['product_id,price\nA,1\n'], 'a.csv', { type: 'text/csv' }))
  await user.click(screen.getByRole('button', { name: 'Take over' }))
  expect(await screen.findByText('Line 3: The price isn’t one.')).toBeVisible()
  expect(requestsTo('import_products')).toMatchObject([
    { csv: 'product_id,price\nA,1\n', currency: 'EUR', tax_included: true, overwrite: false },
  ])
})

it('lets a viewer look, and no more', async () => {
  await open('', 'viewer')
  expect(await screen.findByRole('switch', { name: 'Personal prices for Wool socks' })).toBeDisabled()
  expect(screen.queryByRole('button', { name: 'New product' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'From orders' })).toBeNull()
})
