/**
 * For tests: a database with documents about prices, and callables that reply. The test file has to
 * mock `@/data/firestore`, `@/data/functions` and, with `spy: true`, `@/features/accounts/access`.
 */
import type { ReactNode } from 'react'
import { vi } from 'vitest'

import type { Role } from '@/data/documents'
import * as firestore from '@/data/firestore'
import { callFunction } from '@/data/functions'
import { type Quote, quoteSchema } from '@/data/prices'
import { actAs } from '@/features/accounts/testing'
import { PlaceContext } from '@/features/sources/place'
import { makePlace } from '@/features/sources/testing'
import { show } from '@/testing'

type Fields = Record<string, unknown>

/** The source that `makePlace` stands on. */
export const SOURCE = { kind: 'csv', id: 's1' }
export const OWNER = 'users/m1'

export function makeProduct(fields: Fields = {}): Fields {
  return {
    name: 'Wool socks',
    source: SOURCE,
    currency: 'EUR',
    base_price: 1499,
    product_id: 'SKU-1',
    category: 'Socks',
    tax_included: true,
    cost: 500,
    cost_at: new Date('2026-11-01T00:00:00Z'),
    stock: 12,
    competitors: [],
    status: 'active',
    public_prices: [],
    ...fields,
  }
}

export function makeRule(fields: Fields = {}): Fields {
  return {
    name: 'Autumn thanks',
    source: SOURCE,
    effect: { kind: 'discount', percent: { low: 5, high: 10 } },
    scope: { products: [], categories: [] },
    who: { segments: ['loyal'], archetypes: [], rfm_groups: [] },
    schedule: { starts: null, ends: null, zone: 'UTC', weekdays: [], from_hour: null, to_hour: null },
    priority: 0,
    exclusive: false,
    group: { name: 'default', mode: 'lowest' },
    active: true,
    ...fields,
  }
}

/** A quote as replies have it. */
export function makeReply(fields: Fields = {}): Fields {
  return {
    customer_id: 'C1',
    product_id: 'p1',
    price: '13.49',
    price_minor: 1349,
    base_price: '14.99',
    reference_price: null,
    lowest_30d: '14.99',
    currency: 'EUR',
    tax_included: true,
    factors: [
      { name: 'public_price', base: '14.99', effect: '0.00', result: '14.99', reason: 'What everybody is asked.' },
      { name: 'segment_rule', base: '14.99', effect: '-1.50', result: '13.49', reason: 'Autumn thanks: 10% off.' },
      { name: 'limits', base: '13.49', effect: '0.00', result: '13.49', reason: 'Inside all limits.' },
    ],
    rule_ids: ['a'],
    limits_hit: [],
    valid_until: '2026-11-29T15:00:00Z',
    quote_id: 'q1',
    arm: null,
    personalized: true,
    disclosure: null,
    model_version: 'r1',
    segment: { key: 'loyal', name: 'Loyal Buyers' },
    ...fields,
  }
}

export function makeQuote(fields: Fields = {}): Quote {
  return quoteSchema.parse(makeReply(fields))
}

const SEGMENT = { run_id: 'r1', customer_count: 40, share: 0.2, revenue_share: 0.5 }
/** What the screens below a source read besides prices. */
const OF_THE_RUN: Record<string, Fields> = {
  [`${OWNER}/csv_uploads/s1/csv_segments/r1-loyal`]: {
    ...SEGMENT,
    segment_key: 'loyal',
    name: 'Loyal Buyers',
    archetype: 'brand-loyal',
  },
  [`${OWNER}/csv_uploads/s1/csv_segments/r1-drifting`]: {
    ...SEGMENT,
    segment_key: 'drifting',
    name: 'Drifting Away',
    archetype: 'at-risk',
  },
}

export interface Database {
  documents: Map<string, Fields>
  /** Of the documents of a collection, the fields. */
  listed: (path: string) => Fields[]
}

/** Make the mocked Firestore hold these documents and what is written later. */
export function holdDocuments(given: Record<string, Fields>): Database {
  const documents = new Map<string, Fields>(Object.entries({ ...OF_THE_RUN, ...given }))
  const watchers = new Set<() => void>()
  const put = (path: string, fields: Fields): void => {
    documents.set(path, fields)
    for (const tell of watchers) tell()
  }
  const below = (path: string) =>
    [...documents]
      .filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes('/'))
      .map(([key, data]) => ({ id: key.slice(path.length + 1), data }))
  const one = (path: string) => {
    const data = documents.get(path)
    return data ? { id: path.split('/').at(-1) ?? '', data } : null
  }
  const valueAt = (data: unknown, field: string): unknown =>
    field.split('.').reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], data)
  const matching = (path: string, fields: firestore.Matching) =>
    below(path).filter(({ data }) =>
      Object.entries(fields).every(([field, value]) => valueAt(data, field) === value),
    )
  const watch = (tell: () => void): (() => void) => {
    watchers.add(tell)
    tell()
    return () => watchers.delete(tell)
  }
  vi.mocked(firestore.getDocument).mockImplementation(async (path) => one(path))
  vi.mocked(firestore.getIdRange).mockImplementation(async (path, from, before, { most }) =>
    below(path)
      .filter(({ id }) => id >= from && id < before)
      .slice(0, most),
  )
  vi.mocked(firestore.getNewestMatching).mockImplementation(async (path, fields, _field, { most }) => ({
    found: matching(path, fields).slice(0, most),
    next: null,
  }))
  vi.mocked(firestore.countMatching).mockImplementation(async (path, fields) => matching(path, fields).length)
  vi.mocked(firestore.watchDocument).mockImplementation((path, onData) => watch(() => onData(one(path))))
  vi.mocked(firestore.watchNewest).mockImplementation((path, _field, most, onData) =>
    watch(() => onData(below(path).slice(0, most))),
  )
  vi.mocked(firestore.watchMatching).mockImplementation((path, fields, most, onData) =>
    watch(() => onData(matching(path, fields).slice(0, most))),
  )
  vi.mocked(firestore.newDocumentId).mockResolvedValue('made')
  vi.mocked(firestore.createDocument).mockImplementation(async (path, fields) => put(path, fields))
  vi.mocked(firestore.mergeDocument).mockImplementation(async (path, fields) =>
    put(path, { ...documents.get(path), ...fields }),
  )
  vi.mocked(firestore.changeDocument).mockImplementation(async (path, fields) =>
    put(path, { ...documents.get(path), ...fields }),
  )
  vi.mocked(firestore.removeDocument).mockImplementation(async (path) => {
    documents.delete(path)
    for (const tell of watchers) tell()
  })
  return { documents, listed: (path) => below(path).map(({ data }) => data) }
}

/** Make callables reply by name; the mock parses as the real one does. */
export function answer(replies: Record<string, unknown>): void {
  vi.mocked(callFunction).mockImplementation(async (name, request, schema) => {
    const reply = replies[name]
    if (reply === undefined) throw new Error(`Nobody answers ${name}`)
    return schema.parse(typeof reply === 'function' ? await reply(request) : reply)
  })
}

/** The requests to a callable, in their order. */
export function requestsTo(name: string): Fields[] {
  return vi
    .mocked(callFunction)
    .mock.calls.flatMap(([called, request]) => (called === name ? [request] : []))
}

const ROOT = '/m/$owner/s/$kind/$sourceId/prices'

/** Show a screen of the source `s1` of the merchant `m1` to somebody of a role. */
export async function showPrices(screen: ReactNode, { route = '', url = route, role = 'owner' }: { route?: string; url?: string; role?: Role } = {}) {
  actAs(role)
  return show(<PlaceContext value={makePlace({ source: { ...makePlace().source, currentRun: 'r1' } })}>{screen}</PlaceContext>, {
    route: `${ROOT}${route}`,
    url: `/m/m1/s/csv/s1/prices${url}`,
  })
}
