import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'

import { quoteSchema } from '@/data/prices'
import { QuoteSteps, spansOf } from '@/features/pricing/quote-steps'
import { makeQuote, makeReply } from '@/features/pricing/testing'

it('reads decimals of a reply as minor units of its currency', () => {
  expect(makeQuote()).toMatchObject({ price: 1349, base: 1499, lowest: 1499, reference: null })
  expect(makeQuote().factors[1]).toMatchObject({ base: 1499, effect: -150, result: 1349 })
  const yen = makeReply({ currency: 'JPY', price_minor: 1200, base_price: '1500', lowest_30d: null, factors: [] })
  expect(quoteSchema.parse(yen)).toMatchObject({ price: 1200, base: 1500, lowest: null })
})

it('reads what documents keep as JSON text', () => {
  const reply = makeReply({ disclosure: { id: 'd', version: '1', text: 'For you.', jurisdiction: 'EU' } })
  const kept = { ...reply, factors: JSON.stringify(reply.factors), disclosure: JSON.stringify(reply.disclosure) }
  expect(quoteSchema.parse(kept)).toEqual(quoteSchema.parse(reply))
  expect(quoteSchema.parse({ ...kept, factors: '[{', disclosure: '' })).toMatchObject({ factors: [], disclosure: null })
})

it('reads a reply without a price', () => {
  const none = makeReply({ price: null, price_minor: null, base_price: null, currency: null, factors: [] })
  expect(quoteSchema.parse(none)).toMatchObject({ price: null, base: null })
})

it('draws each step from the price before it to the price after it', () => {
  const [first, second, third] = spansOf(makeQuote().factors)
  expect(first?.left).toBe(0)
  expect((first?.left ?? 0) + (first?.width ?? 0)).toBeCloseTo(100)
  expect((second?.left ?? 0) + (second?.width ?? 0)).toBeCloseTo(100)
  expect(second?.width).toBeGreaterThan(50)
  expect(third?.width).toBe(0)
  expect(third?.left).toBeCloseTo(second?.left ?? -1)
})

it('shows every step with its effect and its reason, or those that did something', () => {
  const { rerender } = render(<QuoteSteps quote={makeQuote()} />)
  expect(screen.getAllByRole('listitem')).toHaveLength(3)
  expect(screen.getAllByText('−€1.50')[0]).toBeInTheDocument()
  expect(screen.getByText('Inside all limits.')).toBeVisible()
  rerender(<QuoteSteps quote={makeQuote()} all={false} />)
  expect(screen.getAllByRole('listitem')).toHaveLength(2)
})
