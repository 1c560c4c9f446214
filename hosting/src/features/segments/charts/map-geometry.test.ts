// @vitest-environment node
import { expect, it } from 'vitest'

import { exposed, fit, nearest, pointsOf } from '@/features/segments/charts/map-geometry'

it('fits all points of a map into view, and finds the one under the pointer', () => {
  const points = pointsOf({
    segments: [{ segment_key: 'a', name: 'A', customer_ids: ['p', 'q'], x: [0, 10], y: [0, 10] }],
  })
  const view = fit(points, 200, 100)
  for (const { x, y } of points) {
    expect(x * view.scale + view.x).toBeGreaterThanOrEqual(0)
    expect(x * view.scale + view.x).toBeLessThanOrEqual(200)
    expect(y * view.scale + view.y).toBeGreaterThanOrEqual(0)
    expect(y * view.scale + view.y).toBeLessThanOrEqual(100)
  }
  const [first] = points
  if (!first) throw new Error('no points')
  const at = { x: first.x * view.scale + view.x, y: first.y * view.scale + view.y }
  expect(nearest(points, view, at.x + 2, at.y)?.id).toBe('p')
  expect(nearest(points, view, at.x + 60, at.y)).toBeNull()
})

it('paints what comes into sight when a map is moved, once', () => {
  const [width, height] = [40, 30]
  for (const [dx, dy] of [[3, 0], [-3, 5], [4, -6], [-1, -1], [50, 0], [0, 0]] as const) {
    const areas = exposed(dx, dy, width, height)
    for (let x = 0; x < width; x += 1) {
      for (let y = 0; y < height; y += 1) {
        const wasInSight = x - dx >= 0 && x - dx < width && y - dy >= 0 && y - dy < height
        const times = areas.filter(
          ({ left, top, right, bottom }) => x >= left && x < right && y >= top && y < bottom,
        ).length
        expect(times).toBe(wasInSight ? 0 : 1)
      }
    }
  }
})
