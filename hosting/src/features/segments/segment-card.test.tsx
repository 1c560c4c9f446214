import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'

import type { Segment } from '@/data/documents'
import { csvSource } from '@/data/paths'
import { SegmentCard } from '@/features/segments/segment-card'
import { makeSegment, show } from '@/testing'

const source = csvSource('m1', 's1')

function card(fields: Partial<Segment>, run?: string) {
  return show(<SegmentCard source={source} run={run} segment={makeSegment(fields)} colour="red" />)
}

it('says who is in the segment, why, and what it is worth', async () => {
  await card({
    archetype: 'brand-loyal-confident',
    stability: 0.81,
    reasons: [{ feature: 'frequency', effect: 1, text: 'Ordered 8 times; all customers: 4 times' }],
  })
  expect(screen.getByText('40 customers · Brand-Loyal Confident Buyers')).toBeVisible()
  expect(screen.getByText('Ordered 8 times; all customers: 4 times')).toBeVisible()
  const shares = screen.getAllByRole('definition').map(({ textContent }) => textContent)
  expect(shares).toEqual(expect.arrayContaining(['20%', '50%']))
  expect(screen.getByText('Stable 81%')).toBeVisible()
})

it('says so where no archetype fits and nothing stands out', async () => {
  await card({ archetype: null })
  expect(screen.getByText('40 customers · Described by behaviour')).toBeVisible()
  expect(screen.getByText('These customers are close to the average of all.')).toBeVisible()
  expect(screen.getByText('Not measured')).toBeVisible()
})

it('names the archetype once where the segment has its name', async () => {
  await card({ name: 'Luxury Seekers', archetype: 'luxury-seekers' })
  expect(screen.getByText('40 customers')).toBeVisible()
})

it.each([
  [0.75, 'Stable 75%'],
  [0.74, 'Fairly stable 74%'],
  [0.59, 'Loose 59%'],
])('calls a stability of %f %s', async (stability, words) => {
  await card({ stability })
  expect(screen.getByText(words)).toBeVisible()
})

it('leads to the segment, in the run that is looked at', async () => {
  await card({}, 'r0')
  expect(screen.getByRole('link', { name: 'Loyal Buyers' })).toHaveAttribute(
    'href',
    '/m/m1/s/csv/s1/segments/loyal?run=r0',
  )
})
