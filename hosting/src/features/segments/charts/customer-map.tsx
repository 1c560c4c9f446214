import { Maximize, Minus, Plus } from 'lucide-react'
import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { formatCount } from '@/data/format'
import type { MapData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import {
  type Area,
  exposed,
  fit,
  nearest,
  type Point,
  pointsOf,
  type View,
} from '@/features/segments/charts/map-geometry'
import { text } from '@/features/segments/charts/text'
import { Button } from '@/ui/button'
import { classes } from '@/ui/classes'

interface CustomerMapProps extends ChartHead {
  data: MapData
  colours: Record<string, string>
  onOpen: (customerId: string) => void
}

const SHAPES = ['circle', 'square', 'triangle', 'diamond'] as const
const TAU = Math.PI * 2
const PIXELS = Math.min(2, Math.ceil(globalThis.devicePixelRatio ?? 1))

/** Customers in two dimensions, on a canvas: thousands of points without lag. */
export function CustomerMap({ title, takeaway, kind, data, colours, onOpen }: CustomerMapProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const points = useMemo(() => pointsOf(data), [data])
  const legend = useMemo(
    () => ({
      colours: data.segments.map((one) => colours[one.segment_key] ?? '#2f6fed'),
      names: data.segments.map((one) => one.name),
      keys: data.segments.map((one) => one.segment_key),
    }),
    [data, colours],
  )
  const total = points.length
  return (
    <ChartFrame
      title={title}
      takeaway={takeaway}
      kind={kind}
      table={{
        columns: [text.segment, text.customers],
        rows: data.segments.map((one) => [one.name, formatCount(one.customer_ids.length)]),
      }}
    >
      <Canvas
        label={text.map.label(formatCount(total))}
        points={points}
        hidden={hidden}
        {...legend}
        onOpen={onOpen}
      />
      <ul className="mt-3 flex flex-wrap gap-1.5">
        {data.segments.map((one, at) => {
          const off = hidden.has(one.segment_key)
          return (
            <li key={one.segment_key}>
              <button
                type="button"
                aria-pressed={!off}
                aria-label={text.map.toggle(one.name)}
                onClick={() =>
                  setHidden((before) => {
                    const next = new Set(before)
                    if (!next.delete(one.segment_key)) next.add(one.segment_key)
                    return next
                  })
                }
                className={classes(
                  'inline-flex items-center gap-1.5 rounded-full border border-line px-2.5 py-1 text-xs hover:bg-sunken',
                  off && 'text-ink-faint line-through',
                )}
              >
                <Swatch shape={SHAPES[at % SHAPES.length] ?? 'circle'} colour={colours[one.segment_key] ?? ''} />
                {one.name}
              </button>
            </li>
          )
        })}
      </ul>
      <p className="mt-2 text-xs text-ink-soft">{text.map.hint}</p>
    </ChartFrame>
  )
}

function Swatch({ shape, colour }: { shape: (typeof SHAPES)[number]; colour: string }) {
  return (
    <svg viewBox="0 0 10 10" className="size-2.5" fill={colour} aria-hidden>
      {shape === 'circle' ? <circle cx="5" cy="5" r="5" /> : null}
      {shape === 'square' ? <rect width="10" height="10" /> : null}
      {shape === 'triangle' ? <path d="M5 0 10 10H0z" /> : null}
      {shape === 'diamond' ? <path d="M5 0 10 5 5 10 0 5z" /> : null}
    </svg>
  )
}

interface CanvasProps {
  label: string
  points: Point[]
  hidden: ReadonlySet<string>
  colours: string[]
  names: string[]
  keys: string[]
  onOpen: (customerId: string) => void
}

function Canvas({ label, points, hidden, colours, names, keys, onOpen }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const view = useRef<View>({ x: 0, y: 0, scale: 1 })
  const size = useRef({ width: 1, height: 1 })
  const frame = useRef(0)
  /** What the canvas shows now; null: nothing that could be moved. */
  const painted = useRef<Painted | null>(null)
  const held = useRef<{ x: number; y: number; moved: boolean } | null>(null)
  const [hover, setHover] = useState<{ point: Point; x: number; y: number } | null>(null)
  const sprites = useMemo(
    () => colours.map((colour, at) => makeSprite(colour, SHAPES[at % SHAPES.length] ?? 'circle')),
    [colours],
  )
  const shown = useMemo(
    () => points.filter((point) => !hidden.has(keys[point.segment] ?? '')),
    [points, hidden, keys],
  )

  const draw = useCallback(() => {
    cancelAnimationFrame(frame.current)
    frame.current = requestAnimationFrame(() => {
      const context = canvas.current?.getContext('2d')
      if (!context) return
      const next = { points: shown, sprites, view: view.current, size: size.current }
      paint(context, next, painted.current)
      painted.current = next
    })
  }, [shown, sprites])

  useEffect(() => {
    const element = canvas.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => {
      const { width, height } = element.getBoundingClientRect()
      const ratio = PIXELS
      element.width = Math.round(width * ratio)
      element.height = Math.round(height * ratio)
      element.getContext('2d')?.setTransform(ratio, 0, 0, ratio, 0, 0)
      size.current = { width, height }
      painted.current = null // a canvas that is resized is blank
      view.current = fit(points, width, height)
      draw()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [points, draw])

  useEffect(draw, [draw])

  const zoom = useCallback(
    (factor: number, x = size.current.width / 2, y = size.current.height / 2) => {
      const { x: left, y: top, scale } = view.current
      const next = Math.max(1e-6, scale * factor)
      view.current = {
        scale: next,
        x: x - ((x - left) / scale) * next,
        y: y - ((y - top) / scale) * next,
      }
      setHover(null)
      draw()
    },
    [draw],
  )

  useEffect(() => {
    // React listens to wheels passively, and the page must not scroll along.
    const element = canvas.current
    const wheel = (event: WheelEvent): void => {
      event.preventDefault()
      zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY)
    }
    element?.addEventListener('wheel', wheel, { passive: false })
    return () => element?.removeEventListener('wheel', wheel)
  }, [zoom])

  /** By whole pixels: what is painted is moved, and a filter would blur it. */
  const move = (dx: number, dy: number): void => {
    view.current = { ...view.current, x: view.current.x + dx, y: view.current.y + dy }
    draw()
  }
  const whole = (): void => {
    view.current = fit(points, size.current.width, size.current.height)
    draw()
  }
  const at = (event: PointerEvent): { x: number; y: number } => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    return { x: Math.round(event.clientX - left), y: Math.round(event.clientY - top) }
  }

  return (
    <div className="relative">
      <canvas
        ref={canvas}
        role="application"
        aria-label={label}
        tabIndex={0}
        className="h-[26rem] w-full cursor-grab touch-none rounded-lg bg-sunken/50 active:cursor-grabbing sm:h-[32rem]"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          held.current = { ...at(event), moved: false }
        }}
        onPointerMove={(event) => {
          const here = at(event)
          const grip = held.current
          if (!grip) {
            const point = nearest(shown, view.current, here.x, here.y)
            setHover(point ? { point, x: Math.min(here.x + 12, Math.max(0, size.current.width - 200)), y: here.y + 12 } : null)
            return
          }
          const moved = grip.moved || Math.abs(here.x - grip.x) + Math.abs(here.y - grip.y) > 3
          if (moved) {
            move(here.x - grip.x, here.y - grip.y)
            held.current = { ...here, moved }
          }
        }}
        onPointerUp={(event) => {
          const grip = held.current
          held.current = null
          if (grip?.moved) return
          const here = at(event)
          const point = nearest(shown, view.current, here.x, here.y)
          if (point) onOpen(point.id)
        }}
        onPointerLeave={() => setHover(null)}
        onKeyDown={(event) => {
          const steps: Record<string, [number, number]> = {
            ArrowLeft: [40, 0],
            ArrowRight: [-40, 0],
            ArrowUp: [0, 40],
            ArrowDown: [0, -40],
          }
          const step = steps[event.key]
          if (step) move(...step)
          else if (event.key === '+' || event.key === '=') zoom(1.3)
          else if (event.key === '-') zoom(1 / 1.3)
          else if (event.key === '0') whole()
          else return
          event.preventDefault()
        }}
      />
      <div className="absolute top-2 right-2 flex flex-col gap-1">
        <Button size="icon" aria-label={text.map.zoomIn} onClick={() => zoom(1.4)}>
          <Plus aria-hidden />
        </Button>
        <Button size="icon" aria-label={text.map.zoomOut} onClick={() => zoom(1 / 1.4)}>
          <Minus aria-hidden />
        </Button>
        <Button size="icon" aria-label={text.map.whole} onClick={whole}>
          <Maximize aria-hidden />
        </Button>
      </div>
      {hover ? (
        <div
          className="pointer-events-none absolute z-10 max-w-60 rounded-lg border border-line bg-raised px-2.5 py-1.5 text-xs shadow-raised"
          style={{
            left: hover.x,
            top: hover.y,
          }}
        >
          <p className="truncate font-medium">{hover.point.id}</p>
          <p className="truncate text-ink-soft">{names[hover.point.segment]}</p>
        </div>
      ) : null}
    </div>
  )
}

const RADIUS = 3
const SPRITE = 2 * RADIUS + 2

/** The mark of one segment, drawn once: copying it thousands of times costs a few milliseconds. */
function makeSprite(colour: string, shape: (typeof SHAPES)[number]): HTMLCanvasElement {
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

interface Painted {
  points: Point[]
  sprites: HTMLCanvasElement[]
  view: View
  size: { width: number; height: number }
}

/** All points; or, if only the view has moved, the picture moved and the points that came into sight. */
function paint(context: CanvasRenderingContext2D, next: Painted, before: Painted | null): void {
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
