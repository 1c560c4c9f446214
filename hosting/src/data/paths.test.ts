import { createHash, webcrypto } from 'node:crypto'

import { beforeAll, expect, it, vi } from 'vitest'

import { bucketId, pageRange, paths, productDocumentId, runRange } from '@/data/paths'

beforeAll(() => vi.stubGlobal('crypto', webcrypto))

const csv = { uid: 'u1', kind: 'csv', id: 's1' }
const shop = { uid: 'u1', kind: 'shopify', id: 's1' }

it('keeps CSV uploads and shops in disjoint trees', () => {
  expect(paths.segments(csv)).toBe('users/u1/csv_uploads/s1/csv_segments')
  expect(paths.segments(shop)).toBe('users/u1/data_sources/s1/segments')
})

it('finds the documents of one run by a range of ids', () => {
  const [from, before] = runRange('r1')
  const isIn = (id: string): boolean => id >= from && id < before
  expect(isIn('r1-loyal')).toBe(true)
  expect(isIn('r1-loyal-0001')).toBe(true)
  expect(isIn('r10-loyal')).toBe(false)
  expect(isIn('r2-loyal')).toBe(false)
})

it('does not take the pages of `loyal-2` for pages of `loyal`', () => {
  const [from, before] = pageRange('r1', 'loyal')
  const isIn = (id: string): boolean => id >= from && id < before
  expect(isIn('r1-loyal-0000')).toBe(true)
  expect(isIn('r1-loyal-9999')).toBe(true)
  expect(isIn('r1-loyal-seekers-0000')).toBe(false)
  expect(isIn('r1-loyalty-0000')).toBe(false)
})

it('finds the index bucket as the server does', async () => {
  const digest = createHash('sha256').update('jörg@example.com').digest()
  const expected = digest.readUInt32BE(0) % 7
  await expect(bucketId('r1', 'jörg@example.com', 7)).resolves.toBe(`r1-0000${expected}`)
})

it('names the document of a product that orders name as the server does', async () => {
  const hex = createHash('sha256').update('csv/s1/SKU/ö').digest('hex')
  await expect(productDocumentId({ kind: 'csv', id: 's1' }, 'SKU/ö')).resolves.toBe(`p${hex.slice(0, 30)}`)
})
