/** Paints the points of a map on a canvas: all of them, or those that came into sight. */
import { type Area, exposed, type Point, type View } from '@/features/segments/charts/map-geometry'

export const SHAPES = ['circle', 'square', 'triangle', 'diamond'] as const
export type Shape = (typeof SHAPES)[number]

const TAU = Math.PI * 2
export const PIXELS = Math.min(2, Math.ceil(globalThis.devicePixelRatio ?? 1))

const RADIUS = 3
const SPRITE = 2 * RADIUS + 2

/** The mark of one segment, drawn once: copying it thousands of times costs a few milliseconds. */
export function makeSprite(colour: string, shape: Shape): HTMLCanvasElement {
  const sprite = document.createElement('canvas')
  sprite.width = sprite.height = SPRITE * PIXELS
  const context = sprite.getContext('2d')
  if (!context) return sprite
  const r = RADIUS
  context.scale(PIXELS, PIXELS)
  context.translate(SPRITE / 2, SPRITE / 2)
  context.beginPath()
  if (shape === 'circle') context.arc(0, 0, r, 0, TAU)
  else if (shape === 'square') context.rect(0.5 - r, 0.5 - r, 2 * r - 1, 2 * r - 1)
  else {
    const corners =
      shape === 'triangle'
        ? [[0, -r], [r, r], [-r, r]]
        : [[0, -r - 0.5], [r + 0.5, 0], [0, r + 0.5], [-r - 0.5, 0]]
    for (const [x = 0, y = 0] of corners) context.lineTo(x, y)
    context.closePath()
  }
  context.globalAlpha = 0.75
  context.fillStyle = colour
  context.fill()
  return sprite
}

export interface Painted {
  points: Point[]
  sprites: HTMLCanvasElement[]
  view: View
  size: { width: number; height: number }
}

/** Paint all points; if only the view has moved, move the picture and paint what came into sight. */
export function paint(context: CanvasRenderingContext2D, next: Painted, before: Painted | null): void {
  const { view, size } = next
  const moved =
    before !== null &&
    before.points === next.points &&
    before.sprites === next.sprites &&
    before.size === size &&
    before.view.scale === view.scale
  const { width, height } = size
  const dx = moved ? view.x - before.view.x : width
  const dy = moved ? view.y - before.view.y : height
  if (Math.abs(dx) < width && Math.abs(dy) < height) {
    context.save()
    context.resetTransform() // pixel by pixel, whatever fraction of one the width is
    context.globalCompositeOperation = 'copy'
    context.drawImage(context.canvas, dx * PIXELS, dy * PIXELS)
    context.restore()
  }
  for (const area of exposed(dx, dy, width, height)) paintArea(context, next, area)
}

function paintArea(context: CanvasRenderingContext2D, { points, sprites, view }: Painted, area: Area): void {
  const { left, top, right, bottom } = area
  context.save()
  context.beginPath()
  context.rect(left, top, right - left, bottom - top)
  context.clip()
  context.clearRect(left, top, right - left, bottom - top)
  const half = SPRITE / 2
  for (const point of points) {
    const x = point.x * view.scale + view.x
    const y = point.y * view.scale + view.y
    if (x < left - half || y < top - half || x > right + half || y > bottom + half) continue
    const sprite = sprites[point.segment]
    // Whole pixels: copying between them would cost a filter for each point.
    if (sprite) context.drawImage(sprite, Math.round(x - half), Math.round(y - half), SPRITE, SPRITE)
  }
  context.restore()
}
