import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { callFunction } from '@/data/functions'
import { useAccess } from '@/features/accounts/access'
import { ConnectPage } from '@/features/sources/shops/connect-page'
import { rememberedOwner } from '@/features/sources/shops/returning'
import { show } from '@/testing'

vi.mock('@/data/functions')
vi.mock('@/features/accounts/access')

const where = { route: '/m/$owner/shops/connect', url: '/m/m1/shops/connect' }
const requests = () => vi.mocked(callFunction).mock.calls.map(([name, request]) => [name, request])

function signInAs(role: 'owner' | 'viewer') {
  const manages = role === 'owner'
  vi.mocked(useAccess).mockReturnValue({
    state: 'ready',
    role,
    mayChange: manages,
    mayDelete: manages,
    mayManageTeam: manages,
  })
}

beforeEach(() => {
  signInAs('owner')
  vi.mocked(callFunction).mockImplementation(async (_name, _request, schema) =>
    schema.parse({ source: { kind: 'woocommerce', id: 's1' } }),
  )
})

it('asks for what is missing before it asks the shop', async () => {
  const { user } = await show(<ConnectPage />, where)
  await user.click(screen.getByRole('radio', { name: 'WooCommerce' }))
  await user.type(screen.getByLabelText('Address of the shop'), 'https://shop.example.com')
  await user.type(screen.getByLabelText(/Consumer key/), 'ck_1')
  await user.click(screen.getByRole('button', { name: 'Connect' }))
  expect(screen.getByLabelText(/Consumer secret/)).toHaveAccessibleDescription('Fill this in.')
  expect(requests()).toEqual([])
})

it('connects, and goes to the shop', async () => {
  const { user, pathname } = await show(<ConnectPage />, where)
  await user.click(screen.getByRole('radio', { name: 'WooCommerce' }))
  await user.type(screen.getByLabelText('Address of the shop'), ' https://shop.example.com ')
  await user.type(screen.getByLabelText(/Consumer key/), 'ck_1')
  await user.type(screen.getByLabelText(/Consumer secret/), 'cs_1')
  await user.click(screen.getByRole('button', { name: 'Connect' }))
  await waitFor(() => expect(pathname()).toBe('/m/m1/shops/woocommerce/s1'))
  expect(requests()).toEqual([
    [
      'connect_ecommerce',
      {
        owner_uid: 'm1',
        platform: 'woocommerce',
        shop_url: 'https://shop.example.com',
        credentials: { consumer_key: 'ck_1', consumer_secret: 'cs_1' },
      },
    ],
  ])
})

it('shows what a shop answered, and keeps what was typed in', async () => {
  vi.mocked(callFunction).mockRejectedValue(
    Object.assign(new Error('The key is wrong.'), {
      details: { code: 'shop-refuses', message: 'The key is wrong.', hint: 'Make a new one.' },
    }),
  )
  const { user } = await show(<ConnectPage />, where)
  await user.type(screen.getByLabelText('Address of the shop'), 'a.myshopify.com')
  await user.click(screen.getByRole('radio', { name: /access token/ }))
  await user.type(screen.getByLabelText('Access token'), 'shpat_1')
  await user.click(screen.getByRole('button', { name: 'Connect' }))
  expect(await screen.findByRole('alert')).toHaveTextContent('The key is wrong. Make a new one.')
  expect(screen.getByLabelText('Access token')).toHaveValue('shpat_1')
})

it('leaves for the platform where the merchant has to say yes', async () => {
  const assign = vi.fn()
  vi.stubGlobal('location', { ...window.location, assign })
  vi.mocked(callFunction).mockImplementation(async (_name, _request, schema) =>
    schema.parse({ authorize_url: 'https://a.myshopify.com/admin/oauth/authorize?x=1' }),
  )
  const { user } = await show(<ConnectPage />, where)
  await user.type(screen.getByLabelText('Address of the shop'), 'a.myshopify.com')
  await user.click(screen.getByRole('radio', { name: 'Let me approve it in Shopify' }))
  await user.type(screen.getByLabelText('Client id'), 'app-1')
  await user.type(screen.getByLabelText('Client secret'), 'hush')
  await user.click(screen.getByRole('button', { name: 'Connect' }))
  await waitFor(() =>
    expect(assign).toHaveBeenCalledWith('https://a.myshopify.com/admin/oauth/authorize?x=1'),
  )
  expect(requests()).toEqual([
    [
      'connect_ecommerce',
      {
        owner_uid: 'm1',
        platform: 'shopify',
        shop_url: 'a.myshopify.com',
        credentials: { mode: 'authorization_code', client_id: 'app-1', client_secret: 'hush' },
      },
    ],
  ])
  expect(rememberedOwner()).toBe('m1')
  vi.unstubAllGlobals()
})

it('leaves for Flipkart, or takes the keys of a seller’s own application', async () => {
  const assign = vi.fn()
  vi.stubGlobal('location', { ...window.location, assign })
  vi.mocked(callFunction).mockImplementation(async (_name, _request, schema) =>
    schema.parse({ authorize_url: 'https://api.flipkart.net/oauth-service/oauth/authorize?x=1' }),
  )
  const { user } = await show(<ConnectPage />, where)
  await user.click(screen.getByRole('radio', { name: 'Flipkart' }))
  expect(screen.queryByLabelText('Seller id')).toBeNull()
  await user.click(screen.getByRole('radio', { name: 'Let me approve it at Flipkart' }))
  await user.type(screen.getByLabelText('Application id'), 'app-1')
  await user.type(screen.getByLabelText('Application secret'), 'hush')
  await user.type(screen.getByLabelText('Seller id'), 's-1')
  await user.click(screen.getByRole('button', { name: 'Connect' }))
  await waitFor(() => expect(assign).toHaveBeenCalledOnce())
  expect(requests()).toEqual([
    [
      'connect_ecommerce',
      {
        owner_uid: 'm1',
        platform: 'flipkart',
        credentials: {
          mode: 'authorization_code',
          app_id: 'app-1',
          app_secret: 'hush',
          seller_id: 's-1',
        },
      },
    ],
  ])
  vi.unstubAllGlobals()
})

it('connects what the merchant has said yes to', async () => {
  const { pathname } = await show(<ConnectPage />, { ...where, url: `${where.url}?authorization=a1` })
  await waitFor(() => expect(pathname()).toBe('/m/m1/shops/woocommerce/s1'))
  expect(requests()).toEqual([['connect_ecommerce', { owner_uid: 'm1', authorization: 'a1' }]])
})

it('says when the shop was told no', async () => {
  await show(<ConnectPage />, { ...where, url: `${where.url}?error=authorization-refused` })
  expect(screen.getByRole('alert')).toHaveTextContent('The shop didn’t let us in.')
  expect(requests()).toEqual([])
})

it('is closed to who may not connect', async () => {
  signInAs('viewer')
  await show(<ConnectPage />, where)
  expect(screen.getByText('You may not connect shops')).toBeVisible()
})
