import { screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'

import { callFunction } from '@/data/functions'
import { readKey } from '@/features/keys/key-dialog'
import { KeysCard } from '@/features/keys/keys-card'
import { useSourcesWithResults } from '@/features/sources/api'
import { makeSource } from '@/features/sources/testing'
import { show } from '@/testing'

vi.mock('@/data/functions')
vi.mock('@/features/sources/api')

const stored = {
  key_id: 'k1',
  name: 'Shop server',
  scopes: ['prices'],
  sources: [{ kind: 'csv', id: 's1' }],
  origins: [],
  last4: 'x7Qa',
  created_at: '2026-10-01T09:00:00Z',
  used_on: null,
}
const requests = (name: string) =>
  vi.mocked(callFunction).mock.calls.flatMap(([called, request]) => (called === name ? [request] : []))

beforeEach(() => {
  vi.mocked(useSourcesWithResults).mockReturnValue({ state: 'ready', csv: [makeSource()], platforms: [] })
  vi.mocked(callFunction).mockImplementation(async (name, _request, schema) =>
    schema.parse(name === 'list_keys' ? { keys: [stored] } : { key_id: 'k2', key: 'kk_secret' }),
  )
})

it('shows a new key once, and never asks for it again', async () => {
  const { user } = await show(<KeysCard owner="m1" />)
  await user.click(await screen.findByRole('button', { name: 'New key' }))
  await user.type(screen.getByLabelText('Name'), 'Shop pages')
  await user.type(screen.getByLabelText('Origins of your pages'), 'https://shop.example/')
  await user.click(screen.getByRole('button', { name: 'Make the key' }))
  expect(await screen.findByLabelText('The new key')).toHaveValue('kk_secret')
  expect(requests('create_key')).toEqual([
    {
      owner_uid: 'm1',
      name: 'Shop pages',
      scopes: ['prices'],
      sources: [{ kind: 'csv', id: 's1' }],
      origins: ['https://shop.example'],
    },
  ])
  await user.click(screen.getByRole('button', { name: 'I have copied it' }))
  expect(screen.queryByLabelText('The new key')).toBeNull()
  expect(screen.queryByText('kk_secret')).toBeNull()
})

it('makes no key before it is known which sources there are', async () => {
  const sources = vi.mocked(useSourcesWithResults)
  sources.mockReturnValue({ state: 'loading', csv: [makeSource()], platforms: [] })
  const { user } = await show(<KeysCard owner="m1" />)
  await user.click(await screen.findByRole('button', { name: 'New key' }))
  expect(screen.getByRole('button', { name: 'Make the key' })).toBeDisabled()
  expect(screen.getByText('Loading your data sources')).toBeVisible()
})

it('revokes a key only after a yes', async () => {
  const { user } = await show(<KeysCard owner="m1" />)
  await user.click(await screen.findByRole('button', { name: 'Revoke' }))
  expect(requests('revoke_key')).toEqual([])
  await user.click((await screen.findAllByRole('button', { name: 'Revoke' })).at(-1) as HTMLElement)
  await waitFor(() => expect(requests('revoke_key')).toEqual([{ owner_uid: 'm1', key_id: 'k1' }]))
})

it('gives a key a new secret, and lets the old one work as long as is said', async () => {
  const { user } = await show(<KeysCard owner="m1" />)
  await user.click(await screen.findByRole('button', { name: 'New secret' }))
  await user.selectOptions(await screen.findByLabelText('The key before works'), 'no longer')
  await user.click((await screen.findAllByRole('button', { name: 'New secret' })).at(-1) as HTMLElement)
  expect(await screen.findByLabelText('The new key')).toHaveValue('kk_secret')
  expect(requests('rotate_key')).toEqual([{ owner_uid: 'm1', key_id: 'k1', overlap_hours: 0 }])
})

it.each([
  ['https://shop.example/path'],
  ['http://shop.example'],
  ['shop.example'],
  ['javascript:alert(1)'],
])('takes no %s for an origin', (origin) => {
  const form = new FormData()
  form.set('name', 'n')
  form.append('scopes', 'prices')
  form.append('sources', 'csv:s1')
  form.set('origins', origin)
  expect(readKey(form).problems?.origins).toBeTruthy()
})

it('lets no key of web pages read segments', () => {
  const form = new FormData()
  form.set('name', 'n')
  form.append('scopes', 'read')
  form.append('sources', 'csv:s1')
  form.set('origins', 'https://shop.example')
  expect(readKey(form).problems?.scopes).toBeTruthy()
  form.set('origins', '')
  expect(readKey(form).key).toMatchObject({ scopes: ['read'], origins: [] })
})
