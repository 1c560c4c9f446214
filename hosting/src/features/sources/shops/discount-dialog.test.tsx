import { screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { runSchema } from '@/data/documents'
import { callFunction } from '@/data/functions'
import { useLiveDocument, useLiveOfSource } from '@/data/live'
import { productSchema } from '@/data/prices'
import { DiscountDialog } from '@/features/sources/shops/discount-dialog'
import { show } from '@/testing'

vi.mock('@/data/functions')
vi.mock('@/data/live')

const WAYS = {
  shopify: [
    'Without a code: they are tagged, and an automatic discount holds for who has the tag.',
    'A code for each of them, good once and for that customer alone.',
    'A draft order for each of them, of the products you choose at lowered prices, with a link to pay.',
  ],
  woocommerce: ['A coupon for each e-mail address, good once.'],
}

function productsAre(kind: string, ...products: Record<string, unknown>[]) {
  const data = products.map((one, at) =>
    productSchema.parse({
      id: `p${at}`,
      source: { kind, id: 's1' },
      currency: 'EUR',
      base_price: 1290,
      ...one,
    }),
  )
  vi.mocked(useLiveOfSource).mockReturnValue({ state: 'ready', data })
}

async function open(kind = 'shopify', currency: string | null = 'EUR') {
  const source = { uid: 'm1', kind, id: 's1' }
  const onPlanned = vi.fn()
  const { user } = await show(
    <DiscountDialog source={source} run="r1" currency={currency} onClose={() => {}} onPlanned={onPlanned} />,
  )
  await user.type(screen.getByLabelText('Title'), 'Spring')
  const plan = () => user.click(screen.getByRole('button', { name: 'Show the plan' }))
  /** What the plan is asked for, besides its source and title. */
  const asked = async () => {
    await plan()
    await waitFor(() => expect(onPlanned).toHaveBeenCalled())
    const { source: of, title, ...wish } = vi.mocked(callFunction).mock.lastCall?.[1] ?? {}
    expect([of, title]).toEqual([source, 'Spring'])
    return wish
  }
  return { user, plan, asked }
}

beforeEach(() => {
  vi.mocked(callFunction).mockReset().mockResolvedValue({
    discount_id: 'd1',
    customers: 1,
    left_out: {},
    steps: [],
    undo: '',
  })
  productsAre('shopify', { name: 'Green tea', product_id: '6000' }, { name: 'Mug', product_id: '6001' })
  const segments = [{ segment_key: 'loyal', name: 'Loyal', customer_count: 40, share: 0.2 }]
  vi.mocked(useLiveDocument).mockReturnValue({ state: 'ready', data: runSchema.parse({ id: 'r1', segments }) })
})

it.each(Object.entries(WAYS))('offers all ways of %s, and says what each does', async (kind, ways) => {
  await open(kind)
  const radios = within(screen.getByRole('group', { name: 'How' })).getAllByRole('radio')
  expect(radios.map((radio) => radio.closest('label')?.textContent)).toEqual(ways)
})

it('makes a draft order of chosen products and of typed ones, and of none says what is missing', async () => {
  const { user, plan, asked } = await open()
  await user.click(screen.getByRole('radio', { name: /^A draft order/ }))
  await plan()
  const products = screen.getByRole('group', { name: 'On which products' })
  expect(products).toHaveAccessibleDescription(/Choose at least one product/)
  expect(callFunction).not.toHaveBeenCalled()
  await user.click(within(products).getByRole('checkbox', { name: /Green tea/ }))
  await user.type(screen.getByLabelText('Other products'), ' 7001{enter}6000{enter}{enter}')
  expect(await asked()).toEqual({
    way: 'draft_order',
    segment_key: 'loyal',
    percent: 10,
    product_ids: ['6000', '7001'],
  })
})

it('takes an amount in the money of the shop off, of products alone', async () => {
  const { user, plan, asked } = await open()
  await user.selectOptions(screen.getByLabelText('How much'), 'An amount in EUR')
  await user.type(screen.getByLabelText('EUR off'), '0')
  await plan()
  expect(screen.getByLabelText('EUR off')).toHaveAccessibleDescription(/Once, of an order.*a sum above 0/)
  expect(screen.getByRole('group', { name: 'On which products' })).toHaveAccessibleDescription(
    /Choose the products that the amount is for/,
  )
  expect(callFunction).not.toHaveBeenCalled()
  await user.clear(screen.getByLabelText('EUR off'))
  await user.type(screen.getByLabelText('EUR off'), '4,5')
  await user.click(screen.getByRole('checkbox', { name: /Mug/ }))
  expect(await asked()).toEqual({
    way: 'segment',
    segment_key: 'loyal',
    amount: 450,
    product_ids: ['6001'],
  })
})

it('offers no amount where the money of the shop is unknown', async () => {
  const { asked } = await open('woocommerce', null)
  expect(screen.queryByLabelText('How much')).toBeNull()
  expect(await asked()).toEqual({ way: 'coupons', segment_key: 'loyal', percent: 10 })
})

it('is for customers who are named, one a line', async () => {
  const { user, plan, asked } = await open()
  await user.selectOptions(screen.getByLabelText('For whom'), 'Customers whom you name')
  expect(screen.queryByLabelText('For the customers of')).toBeNull()
  await plan()
  expect(screen.getByLabelText('Customers')).toHaveAccessibleDescription(/The plan says.*at least one customer/)
  await user.type(screen.getByLabelText('Customers'), '17{enter} 18 {enter}17{enter}')
  expect(await asked()).toEqual({ way: 'segment', customer_ids: ['17', '18'], percent: 10 })
})

it('names no more customers and products than a plan takes', async () => {
  const { user, plan } = await open()
  const lines = (many: number) => Array.from({ length: many }, (_, at) => `${at}`).join('\n')
  await user.selectOptions(screen.getByLabelText('For whom'), 'Customers whom you name')
  await user.click(screen.getByLabelText('Customers'))
  await user.paste(lines(1001))
  await user.click(screen.getByLabelText('Other products'))
  await user.paste(lines(201))
  await plan()
  expect(screen.getByLabelText('Customers')).toHaveAccessibleDescription(/At most 1,000/)
  expect(screen.getByRole('group', { name: 'On which products' })).toHaveAccessibleDescription(/at most 200/)
  expect(callFunction).not.toHaveBeenCalled()
})

it('says that no products are known yet, and takes their numbers all the same', async () => {
  productsAre('shopify')
  const { user, asked } = await open()
  const products = screen.getByRole('group', { name: 'On which products' })
  expect(products).toHaveTextContent('No products of this shop are known here yet.')
  await user.type(screen.getByLabelText('Other products'), '7001')
  expect(await asked()).toMatchObject({ product_ids: ['7001'] })
})

it('shows prices, and leaves out what isn’t the shop’s', async () => {
  productsAre('shopify', { name: 'Green tea', product_id: '6000' }, { id: 'typed-in', name: 'Gift card' })
  await open()
  const products = screen.getByRole('group', { name: 'On which products' })
  expect(within(products).getAllByRole('checkbox')).toHaveLength(1)
  expect(products).toHaveTextContent('Green tea€12.90')
})

it('fits a phone: what stands side by side does so from wider screens on', async () => {
  await open()
  const dialog = screen.getByRole('dialog')
  const grids = [...dialog.querySelectorAll('.grid')].map((grid) => grid.className)
  expect(grids).toHaveLength(3)
  for (const grid of grids) expect(grid).toMatch(/^grid gap-3 sm:grid-cols-2$/)
  for (const group of within(dialog).getAllByRole('group')) expect(group).toHaveClass('min-w-0')
})
