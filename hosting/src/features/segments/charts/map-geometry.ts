/** Where the points of a map lie on screen: screen = point * scale + offset. */
import type { MapData } from '@/features/segments/charts/chart-data'

export interface Point {
  id: string
  segment: number
  x: number
  y: number
}

export interface View {
  x: number
  y: number
  scale: number
}

export function pointsOf(data: MapData): Point[] {
  return data.segments.flatMap((one, segment) =>
    one.customer_ids.flatMap((id, at) => {
      const x = one.x[at]
      const y = one.y[at]
      return x === undefined || y === undefined ? [] : [{ id, segment, x, y: -y }]
    }),
  )
}

const MARGIN = 16

/** The view that shows all points, both directions in the same scale. */
export function fit(points: readonly Point[], width: number, height: number): View {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const { x, y } of points) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  if (left > right) return { x: width / 2, y: height / 2, scale: 1 }
  const scale = Math.min(
    (width - 2 * MARGIN) / Math.max(1e-9, right - left),
    (height - 2 * MARGIN) / Math.max(1e-9, bottom - top),
  )
  return {
    scale,
    x: width / 2 - ((left + right) / 2) * scale,
    y: height / 2 - ((top + bottom) / 2) * scale,
  }
}

export interface Area {
  left: number
  top: number
  right: number
  bottom: number
}

/** What comes into sight when a picture is moved: an upright strip, and a flat one beside it. */
export function exposed(dx: number, dy: number, width: number, height: number): Area[] {
  if (Math.abs(dx) >= width || Math.abs(dy) >= height) {
    return [{ left: 0, top: 0, right: width, bottom: height }]
  }
  const upright = { left: dx > 0 ? 0 : width + dx, top: 0, right: dx > 0 ? dx : width, bottom: height }
  const flat = {
    left: dx > 0 ? dx : 0,
    top: dy > 0 ? 0 : height + dy,
    right: dx > 0 ? width : width + dx,
    bottom: dy > 0 ? dy : height,
  }
  return [...(dx ? [upright] : []), ...(dy ? [flat] : [])]
}

const REACH = 10

/** The point nearest to a place on screen, if one is near. */
export function nearest(points: readonly Point[], view: View, x: number, y: number): Point | null {
  let best: Point | null = null
  let least = REACH * REACH
  for (const point of points) {
    const dx = point.x * view.scale + view.x - x
    const dy = point.y * view.scale + view.y - y
    const distance = dx * dx + dy * dy
    if (distance < least) {
      least = distance
      best = point
    }
  }
  return best
}
