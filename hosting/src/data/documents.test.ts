import { expect, it } from 'vitest'

import { bucketSchema, pageSchema, segmentSchema, uploadSchema } from '@/data/documents'

const upload = { id: 'u', status: 'ready', file_name: 'a.csv' }

it('reads an upload with only what its client wrote', () => {
  const found = uploadSchema.parse({ ...upload, status: 'waiting_for_file', generate_segments: true })
  expect(found.report).toBeUndefined()
  expect(found.created_at).toBeNull()
})

it('refuses an upload of an unknown status', () => {
  expect(uploadSchema.safeParse({ ...upload, status: 'hacked' }).success).toBe(false)
})

it('turns a broken part into nothing instead of losing the document', () => {
  expect(uploadSchema.parse({ ...upload, report: 'oops' }).report).toBeNull()
  expect(uploadSchema.parse({ ...upload, customer_count: 'many' }).customer_count).toBeNull()
})

it('reads a segment without scores', () => {
  const segment = segmentSchema.parse({
    id: 'r-a',
    run_id: 'r',
    segment_key: 'a',
    name: 'No orders',
    customer_count: 3,
    share: 0.1,
    rfm: {},
    churn: null,
  })
  expect(segment.rfm).toEqual({})
})

it('reads a page of customers from its JSON', () => {
  const page = pageSchema.parse({
    id: 'r-a-0000',
    segment_id: 'r-a',
    page: 0,
    customer_ids: ['=cmd()'],
    columns: '{"monetary":[1.5],"odd":[{"nested":true}]}',
  })
  expect(page.columns['monetary']).toEqual([1.5])
  expect(page.columns['odd']).toEqual([null])
})

it('refuses a page whose JSON is broken', () => {
  const page = { id: 'r', segment_id: 's', page: 0, customer_ids: [], columns: '{' }
  expect(pageSchema.safeParse(page).success).toBe(false)
})

it('reads an index bucket', () => {
  const { entries } = bucketSchema.parse({
    entries: '{"c1":{"segment_id":"r-a","page_id":"r-a-0000","r":5}}',
  })
  expect(entries['c1']?.page_id).toBe('r-a-0000')
})
