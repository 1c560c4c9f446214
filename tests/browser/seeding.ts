/** A finished source in the documented shapes, made up but consistent, at any size. */
import { createHash } from 'node:crypto'

import { putDocument } from './system'

const NAMES = [
  ['brand-loyal-confident', 'Brand-Loyal Confident Buyers'],
  ['luxury-seekers', 'Luxury Seekers'],
  ['price-sensitive-anxious', 'Price-Sensitive Anxious Buyers'],
  ['frustrated-at-risk', 'Frustrated/At-Risk Customers'],
  ['one-time', 'One-Time Buyers'],
  ['curious-browsers', 'Curious Browsers'],
] as const
const SHARES = [0.22, 0.09, 0.19, 0.13, 0.26, 0.11]
const REVENUE = [0.41, 0.27, 0.11, 0.09, 0.06, 0.06]
const EMOTIONS = ['joy', 'love', 'admiration', 'annoyance', 'disappointment', 'curiosity', 'neutral']
const PAGE = 500

export interface SeededSource {
  uploadId: string
  run: string
  customers: number
}

/** Deterministic noise in 0-1. */
function noise(seed: number): number {
  const wave = Math.sin(seed * 127.1 + 311.7) * 43758.5453
  return wave - Math.floor(wave)
}

export async function seedSource(
  uid: string,
  {
    uploadId = 'seeded',
    label = 'Spring orders',
    run = 'r20260401t090000aaaaaa',
    customers = 600,
    wide = false,
    texts = true,
    textsState = texts ? 'scored' : null,
  }: {
    uploadId?: string
    label?: string
    run?: string
    customers?: number
    /** As many columns as a real run has. */
    wide?: boolean
    texts?: boolean
    textsState?: string | null
  } = {},
): Promise<SeededSource> {
  const source = `users/${uid}/csv_uploads/${uploadId}`
  const finished = new Date(Date.UTC(2026, 3, 1, 9))
  const counts = SHARES.map((share) => Math.floor(share * customers))
  counts[0] = (counts[0] ?? 0) + customers - counts.reduce((sum, count) => sum + count, 0)
  const buckets = Math.max(1, Math.ceil(customers / 250))
  const index: string[][] = Array.from({ length: buckets }, () => [])
  const report = {
    rows_read: customers * 8,
    rows_accepted: customers * 8 - 12,
    rows_rejected: 12,
    rejected_by_code: { 'bad-date': 9, 'bad-amount': 3 },
    rows_without_customer: 21,
    duplicate_rows: 4,
    duplicates_merged: 2,
    first_order: '2024-01-01',
    last_order: '2026-03-31',
    currency: 'EUR',
  }
  const writes: Promise<void>[] = []
  let number = 0
  for (const [at, [key, name]] of NAMES.entries()) {
    const count = counts[at] ?? 0
    const share = count / customers
    const spend = ((REVENUE[at] ?? 0) / (SHARES[at] ?? 1)) * 240
    writes.push(
      putDocument(`${source}/csv_segments/${run}-${key}`, {
        run_id: run,
        segment_key: key,
        name,
        archetype: key,
        fit: 0.62 + 0.05 * at,
        evidence: texts ? 'behaviour+text' : 'behaviour',
        source: { kind: 'csv', id: uploadId },
        customer_count: count,
        share,
        revenue_share: REVENUE[at] ?? 0,
        metrics: {
          recency_days: { mean: 20 + 45 * at, median: 16 + 44 * at },
          frequency: { mean: 8.2 - 1.3 * at, median: 7 - at },
          monetary: { mean: spend, median: spend * 0.8 },
          average_order_value: { mean: spend / 4, median: spend / 5 },
          gap_mean_days: { mean: 24 + 17 * at, median: 20 + 16 * at },
          discount_share: { mean: at === 2 ? 0.61 : 0.12, median: 0.1 },
        },
        rfm: { r: 4.6 - 0.6 * at, f: 4.4 - 0.6 * at, m: 4.2 - 0.5 * at },
        emotions: texts
          ? Object.fromEntries(EMOTIONS.map((emotion, e) => [emotion, noise(at * 10 + e) * 0.6]))
          : null,
        personality:
          texts && at < 2
            ? {
                openness: { mean: 0.58, low: 0.49, high: 0.66 },
                conscientiousness: { mean: 0.63, low: 0.55, high: 0.71 },
                extraversion: { mean: 0.47, low: 0.35, high: 0.6 },
                agreeableness: { mean: 0.55, low: 0.46, high: 0.65 },
                neuroticism: { mean: 0.41, low: 0.32, high: 0.5 },
                words: 5200,
                customers: 14,
              }
            : null,
        churn: { value: 0.1 + 0.14 * at, low: 0.06 + 0.13 * at, high: 0.16 + 0.15 * at, grade: 'B' },
        ltv: { value: spend, low: spend * 0.7, high: spend * 1.4, grade: 'B', currency: 'EUR' },
        reasons: [
          {
            feature: 'frequency',
            direction: at < 3 ? 'higher' : 'lower',
            effect: at < 3 ? 1.1 : -0.7,
            text: `They order ${(8.2 - 1.3 * at).toFixed(1)} times on average, against 4.3 of all.`,
          },
          {
            feature: 'recency_days',
            direction: at < 2 ? 'lower' : 'higher',
            effect: at < 2 ? -0.6 : 0.4,
            text: `Their last order was ${20 + 45 * at} days ago, against 96 of all.`,
          },
        ],
        runner_up: { archetype: NAMES[(at + 1) % NAMES.length]?.[0] ?? '', fit: 0.41 },
        stability: 0.93 - 0.08 * at,
        created_at: finished,
      }),
    )
    for (let start = 0, page = 0; start < count; start += PAGE, page += 1) {
      const size = Math.min(PAGE, count - start)
      const ids = Array.from({ length: size }, (_, i) => `C${String(number + i).padStart(6, '0')}`)
      const pageId = `${run}-${key}-${String(page).padStart(4, '0')}`
      const rank = (i: number): number => 1 - (start + i) / count
      const columns = {
        r: ids.map(() => Math.max(1, 5 - at)),
        f: ids.map((_, i) => Math.max(1, Math.round(5 * rank(i)))),
        m: ids.map((_, i) => Math.max(1, Math.round(5 * rank(i)))),
        rfm_group: ids.map(() => ['Champions', 'Loyal', 'Active', 'At risk', 'New', 'Promising'][at] ?? ''),
        recency_days: ids.map((_, i) => Math.round(10 + 45 * at + 30 * noise(number + i))),
        frequency: ids.map((_, i) => 1 + Math.round(9 * rank(i))),
        monetary: ids.map((_, i) => Math.round(spend * (0.4 + 1.3 * rank(i)) * 100) / 100),
        average_order_value: ids.map((_, i) => Math.round((20 + 60 * noise(i)) * 100) / 100),
        churn: ids.map((_, i) => 0.1 + 0.1 * at + 0.2 * noise(i + 7)),
        value: ids.map((_, i) => Math.round(spend * rank(i))),
        consent: ids.map((_, i) => noise(i + 3) > 0.4),
        mood: ids.map((_, i) => (texts && noise(i) > 0.5 ? 'joy' : null)),
        next_step: ids.map((_, i) => (at > 0 && i % 2 === 0 ? 'one-order' : null)),
        next_segment: ids.map((_, i) => (at > 0 && i % 2 === 0 ? NAMES[at - 1]?.[0] ?? null : null)),
      }
      const more = Object.fromEntries(
        Array.from({ length: wide ? 38 : 0 }, (_, extra) => [
          `feature_${extra}`,
          ids.map((_, i) => Math.round(noise(i + extra) * 1e4) / 1e4),
        ]),
      )
      for (const [i, id] of ids.entries()) {
        const bucket = createHash('sha256').update(id).digest().readUInt32BE(0) % buckets
        const entry = { segment_id: `${run}-${key}`, page_id: pageId, r: columns.r[i] }
        index[bucket]?.push(`${JSON.stringify(id)}:${JSON.stringify(entry)}`)
      }
      writes.push(
        putDocument(`${source}/customers/${pageId}`, {
          run_id: run,
          segment_id: `${run}-${key}`,
          page,
          customer_ids: ids,
          columns: JSON.stringify({ ...columns, ...more }),
        }),
      )
      number += size
    }
  }
  index.forEach((entries, bucket) => {
    writes.push(
      putDocument(`${source}/customer_index/${run}-${String(bucket).padStart(5, '0')}`, {
        run_id: run,
        entries: `{${entries.join(',')}}`,
      }),
    )
  })
  for (const [name, title, takeaway, data] of charts(customers)) {
    writes.push(
      putDocument(`${source}/charts/${run}-${name}`, {
        run_id: run,
        name,
        title,
        takeaway,
        data: JSON.stringify(data),
      }),
    )
  }
  writes.push(
    putDocument(`${source}/runs/${run}`, {
      run_id: run,
      started_at: new Date(finished.getTime() - 60_000),
      finished_at: finished,
      as_of: '2026-04-01',
      algorithm: 'kmeans',
      customer_count: customers,
      segment_count: NAMES.length,
      index_buckets: buckets,
      report,
      totals: {
        customers,
        orders: customers * 4,
        gross: customers * 251.4,
        refunds: customers * 11.4,
        net: customers * 240,
        first_order: '2024-01-01',
        last_order: '2026-03-31',
        currency: 'EUR',
      },
      segments: NAMES.map(([key, name], at) => ({
        segment_key: key,
        name,
        customer_count: counts[at] ?? 0,
        share: (counts[at] ?? 0) / customers,
      })),
    }),
  )
  await Promise.all(writes)
  await putDocument(source, {
    status: 'ready',
    file_name: `${uploadId}.csv`,
    label,
    generate_segments: true,
    created_at: new Date(finished.getTime() - 120_000),
    uploaded_by: uid,
    column_mapping: null,
    options: {},
    based_on: null,
    current_run: run,
    customer_count: customers,
    segment_count: NAMES.length,
    index_buckets: buckets,
    progress: 100,
    texts_state: textsState,
    report,
    detected: {
      encoding: 'utf-8',
      delimiter: ',',
      date_order: 'ymd',
      decimal: '.',
      mapping: { email: { column: 'E-mail', confidence: 0.97, alternatives: [] } },
    },
    notices: [{ code: 'date-order-assumed', message: 'Day first was taken.' }],
    updated_at: finished,
    finished_at: finished,
  })
  return { uploadId, run, customers }
}

function charts(customers: number): [string, string, string, unknown][] {
  const months = Array.from({ length: 24 }, (_, at) =>
    new Date(Date.UTC(2024, 3 + at, 1)).toISOString().slice(0, 7),
  )
  const each = Math.floor(Math.min(5000, customers) / NAMES.length)
  return [
    [
      'map',
      'Customers by likeness',
      'Near each other means alike; two dimensions show 61% of all differences.',
      {
        segments: NAMES.map(([key, name], at) => {
          const angle = (at / NAMES.length) * 2 * Math.PI
          const spread = (i: number): number => (noise(i) + noise(i + 0.5) + noise(i + 0.7) - 1.5) * 2
          return {
            segment_key: key,
            name,
            customer_ids: Array.from({ length: each }, (_, i) => `C${String(at * each + i).padStart(6, '0')}`),
            x: Array.from({ length: each }, (_, i) => 3 * Math.cos(angle) + spread(i + at * 977)),
            y: Array.from({ length: each }, (_, i) => 2 * Math.sin(angle) + spread(i + at * 613 + 0.3)),
          }
        }),
      },
    ],
    [
      'orders_by_time',
      'Orders over time',
      'The busiest month was 2025-11, with 412 orders.',
      {
        months,
        series: NAMES.map(([key, name], at) => ({
          segment_key: key,
          name,
          orders: months.map((_, m) => Math.round(30 + 30 * noise(at * 31 + m) + 2 * m - 5 * at)),
          revenue: months.map((_, m) => Math.round(900 + 900 * noise(at * 17 + m))),
        })),
      },
    ],
    [
      'orders_by_hour',
      'When orders come in',
      'Most orders come on Sundays between 20:00 and 21:00.',
      {
        weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
        hours: Array.from({ length: 24 }, (_, hour) => hour),
        orders: Array.from({ length: 7 }, (_, day) =>
          Array.from({ length: 24 }, (_, hour) =>
            Math.round(40 * Math.exp(-(((hour - 20) / 5) ** 2)) * (0.6 + day / 10)),
          ),
        ),
      },
    ],
    [
      'affinity',
      'Bought by the same customers',
      'Linen shirt and Wool socks: 3.2 times as often as by chance.',
      {
        pairs: [
          { a: 'Linen shirt', b: 'Wool socks', customers: 44, lift: 3.2 },
          { a: 'Rain jacket', b: 'Leather boots', customers: 31, lift: 2.4 },
        ],
        of: 'product',
      },
    ],
    [
      'value',
      'Who brings the money',
      'Brand-Loyal Confident Buyers: 22% of customers, 41% of revenue.',
      {
        segments: NAMES.map(([key, name], at) => ({
          segment_key: key,
          name,
          customer_count: Math.round((SHARES[at] ?? 0) * customers),
          share: SHARES[at],
          revenue_share: REVENUE[at],
        })),
      },
    ],
    [
      'dimensions',
      'Customers by one criterion',
      'By recency, frequency and money most are Loyal: 180.',
      {
        rfm: ['Loyal', 'Champions', 'At risk', 'New'].map((name, at) => ({
          name,
          customers: Math.round((customers * (4 - at)) / 10),
          revenue: 10_000 * (4 - at),
        })),
        emotion: [
          { name: 'Devoted', customers: 300, revenue: 20_000 },
          { name: 'Annoyed', customers: 60, revenue: 3_000 },
        ],
      },
    ],
    [
      'prediction',
      'What is to be expected',
      'In 12 months today’s customers bring 140,000 EUR, most likely between 120,000 and 160,000.',
      {
        horizon_days: 90,
        chosen: 'logistic',
        candidates: [
          { name: 'recency', auc: 0.71, brier: 0.22 },
          { name: 'logistic', auc: 0.76, brier: 0.2 },
        ],
        folds: 3,
        grade: 'good',
        orders_12m: { value: 2400, low: 2200, high: 2600 },
        value_12m: { value: 140_000, low: 120_000, high: 160_000 },
        currency: 'EUR',
      },
    ],
    [
      'movement',
      'Who moved since the last run',
      '58 of 580 customers moved; 20 are new.',
      {
        stayed: 522,
        moved: 58,
        arrived: 20,
        left: 0,
        flows: [
          {
            from: 'one-time',
            from_name: 'One-Time Buyers',
            to: 'brand-loyal-confident',
            to_name: 'Brand-Loyal Confident Buyers',
            customers: 31,
            after_an_order: 31,
            by_time_alone: 0,
          },
        ],
      },
    ],
  ]
}

const WEEK = 7 * 24 * 60 * 60 * 1000

/** Products, rules, limits, tests and quotes of a seeded source, in the documented shapes. */
export async function seedPrices(
  uid: string,
  { uploadId = 'seeded', run = 'r20260401t090000aaaaaa' } = {},
): Promise<void> {
  const source = { kind: 'csv', id: uploadId }
  const at = (id: string): string => `users/${uid}/${id}`
  const now = new Date()
  const products = [
    ['Linen shirt', 4900, 2100, 'Shirts', 34],
    ['Wool socks', 1499, 500, 'Socks', 210],
    ['Leather boots, waterproof, with a wide fit for long walks', 18_900, null, 'Shoes', 0],
    ['Canvas bag', 2999, 1900, 'Bags', 55],
  ] as const
  const product = ([name, price, cost, category, stock]: (typeof products)[number], n: number) =>
    putDocument(at(`products/p${n}`), {
      name,
      source,
      currency: 'EUR',
      base_price: price,
      product_id: `SKU-${n}`,
      category,
      tax_included: true,
      cost,
      cost_at: cost === null ? null : now,
      stock,
      competitors: [],
      status: n === 3 ? 'paused' : 'active',
      public_prices: [{ price, since: new Date(now.getTime() - 9 * WEEK) }],
    })
  const rule = {
    source,
    scope: { products: [], categories: [] },
    schedule: { starts: null, ends: null, zone: 'Europe/Berlin', weekdays: [], from_hour: null, to_hour: null },
    priority: 0,
    exclusive: false,
    group: { name: 'default', mode: 'lowest' },
    active: true,
  }
  const arms = [
    { id: 'control', effect: null, weight: 1 },
    { id: 'price-1', effect: { kind: 'discount', percent: 10 }, weight: 1 },
  ]
  const trial = { source, products: ['p1'], arms, holdout: 0.1, ends: null, thompson: false }
  await Promise.all([
    ...products.map(product),
    putDocument(at('pricing_rules/thanks'), {
      ...rule,
      name: 'Thanks to Frustrated/At-Risk Customers',
      effect: { kind: 'discount', percent: { low: 5, high: 10 } },
      who: { segments: [], archetypes: ['frustrated-at-risk'], rfm_groups: [] },
    }),
    putDocument(at('settings/pricing'), {
      floor: 80,
      floor_margin: 10,
      jurisdiction: 'DE',
      zone: 'Europe/Berlin',
    }),
    putDocument(at('price_tests/running'), {
      ...trial,
      name: 'Socks, ten off',
      seed: 'a',
      status: 'running',
      starts: new Date(now.getTime() - WEEK),
    }),
    putDocument(at('price_tests/draft'), { ...trial, name: 'Socks again', seed: 'b', status: 'draft', starts: null }),
    ...Array.from({ length: 12 }, (_, n) => seedQuote(at(`price_history/q${n}`), n, source, run, now)),
  ])
}

function seedQuote(
  path: string,
  n: number,
  source: { kind: string; id: string },
  run: string,
  now: Date,
): Promise<void> {
  const reason = 'Thanks to Frustrated/At-Risk Customers: 10 % off.'
  return putDocument(path, {
    quote_id: `q${n}`,
    price: '13.49',
    price_minor: 1349,
    base_price: '14.99',
    reference_price: null,
    lowest_30d: '14.99',
    currency: 'EUR',
    tax_included: true,
    factors: [
      { name: 'public_price', base: '14.99', effect: '0.00', result: '14.99', reason: 'What everybody is asked.' },
      { name: 'segment_rule', base: '14.99', effect: '-1.50', result: '13.49', reason },
    ],
    rule_ids: ['thanks'],
    limits_hit: [],
    valid_until: now,
    arm: n % 3 ? null : 'running:price-1',
    personalized: true,
    disclosure: null,
    model_version: run,
    customer_id: `C00000${n % 10}`,
    product_id: 'p1',
    order_product_id: 'SKU-1',
    source,
    run_id: run,
    segment_key: 'frustrated-at-risk',
    created_at: new Date(now.getTime() - n * 60 * 60 * 1000),
    expires_at: new Date(now.getTime() + 50 * WEEK),
    inputs: { cost: 500, stock: 210, competitor: null, country: null },
    propensity: null,
    categories: ['segment'],
    raised_by: null,
    outcome: n % 4 ? null : { state: 'bought', quantity: 1, refunded: 0, at: now, learned: false },
  })
}

/** Connected shops in the documented shapes, one in each state that a merchant meets. */
export async function seedShops(uid: string): Promise<void> {
  const now = new Date()
  const stream = (state: string, count: number | null, more: Record<string, string | number | Date | null> = {}) => ({
    state,
    count,
    expected: null,
    high_water: count == null ? null : now,
    oldest: new Date(now.getTime() - 200 * WEEK),
    error: null,
    ...more,
  })
  const failed = { code: 'counts-differ', message: 'The shop counts 1,204 and gave 1,190.', hint: 'Sync again.' }
  const connected = { state: 'connected', since: now, hint: '' }
  const streams = {
    orders: stream('ready', 320),
    customers: stream('ready', 112),
    products: stream('ready', 40),
    abandoned: stream('none', null, { oldest: null }),
  }
  const shops: Record<string, Parameters<typeof putDocument>[1]> = {
    wool: {
      kind: 'woocommerce',
      label: 'The wool shop with a name that is longer than most names of shops are',
      shop: 'https://wool.example.com',
      status: 'running',
      stage: 'reading',
      progress: 18,
      generate_segments: true,
      zone: 'Europe/Oslo',
      currency: 'NOK',
      connection: connected,
      hooks: { state: 'active', checked_at: now },
      refresh: { when: 'changed', percent: 5 },
      streams: {
        orders: stream('syncing', 12_400, { expected: 50_000 }),
        customers: stream('ready', 8_112),
        products: { ...stream('failed', 1_190), error: failed },
        reviews: stream('partial', 210),
        abandoned: stream('waiting', null),
      },
      capabilities: {
        customers: { state: 'full', reason: '', instead: '' },
        orders: { state: 'full', reason: '', instead: '' },
        abandoned: { state: 'partial', reason: 'Only carts of the block checkout are told.', instead: '' },
        messages: { state: 'none', reason: 'WooCommerce has no inbox.', instead: 'Upload an export of your help desk.' },
      },
      notices: [{ code: 'other-currency', message: '12 orders in EUR are left out of sums in NOK.' }],
      synced_at: null,
      next_sync_at: now,
    },
    tea: {
      kind: 'shopify',
      label: 'Tea',
      shop: 'tea.myshopify.com',
      status: 'ready',
      connection: { state: 'expired', since: now, hint: 'Connect the shop again: Shopify answers 401.' },
      streams,
      synced_at: now,
      next_sync_at: null,
    },
    books: {
      kind: 'magento',
      label: 'Books',
      shop: 'https://books.example.com',
      status: 'failed',
      error: failed,
      connection: connected,
      streams: { ...streams, orders: { ...stream('failed', 1_190), error: failed } },
      current_run: 'r1',
      customer_count: 112,
      segment_count: 4,
      synced_at: now,
      next_sync_at: now,
    },
    soap: {
      kind: 'flipkart',
      label: 'Soap',
      shop: 'A1B2C3',
      status: 'ready',
      connection: { state: 'revoked', since: now, hint: '' },
      streams,
      current_run: 'r1',
      customer_count: 112,
      segment_count: 4,
      synced_at: now,
      next_sync_at: null,
    },
  }
  await Promise.all(
    Object.entries(shops).map(([id, shop]) => putDocument(`users/${uid}/data_sources/${id}`, shop)),
  )
}
