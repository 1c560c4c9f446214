import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { callFunction } from '@/data/functions'
import { WebhooksCard } from '@/features/webhooks/webhooks-card'
import { show } from '@/testing'

vi.mock('@/data/functions')

const webhook = { webhook_id: 'w1', url: 'https://shop.example/hook', events: ['price.changed'], state: 'active' }
const delivery = { delivery_id: 'd1', event: 'price.changed', state: 'dead', attempts: 9, status: 500, created_at: '2026-11-20T10:00:00Z', body: '{"a":1}' }
const requests = (name: string) =>
  vi.mocked(callFunction).mock.calls.flatMap(([called, request]) => (called === name ? [request] : []))

beforeEach(() => {
  vi.mocked(callFunction).mockImplementation(async (name, request, schema) =>
    schema.parse(
      name === 'list_webhooks'
        ? { webhooks: [webhook], ...(request['webhook_id'] ? { deliveries: [delivery] } : {}) }
        : name === 'save_webhook'
          ? { webhook_id: 'w2', secret: 'whsec_x' }
          : {},
    ),
  )
})

it('shows the secret of a new webhook once', async () => {
  const { user } = await show(<WebhooksCard owner="m1" />)
  await user.click(await screen.findByRole('button', { name: 'New webhook' }))
  await user.type(screen.getByLabelText('Address'), 'https://shop.example/new')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByRole('textbox', { name: 'The signing secret' })).toHaveValue('whsec_x')
  expect(requests('save_webhook')).toEqual([
    { owner_uid: 'm1', url: 'https://shop.example/new', events: ['price.changed'], active: true },
  ])
})

it('asks nobody to send to what is no address', async () => {
  const { user } = await show(<WebhooksCard owner="m1" />)
  await user.click(await screen.findByRole('button', { name: 'New webhook' }))
  await user.type(screen.getByLabelText('Address'), 'shop')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(screen.getByLabelText('Address')).toBeInvalid()
  expect(requests('save_webhook')).toEqual([])
})

it('sends a delivery again that was given up', async () => {
  const { user } = await show(<WebhooksCard owner="m1" />)
  await user.click(await screen.findByRole('button', { name: 'Deliveries' }))
  expect(await screen.findByText('Given up')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Send again' }))
  await waitFor(() =>
    expect(requests('replay_webhook')).toEqual([{ owner_uid: 'm1', webhook_id: 'w1', delivery_id: 'd1' }]),
  )
})
