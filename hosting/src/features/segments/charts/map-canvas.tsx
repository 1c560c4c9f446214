import { Maximize, Minus, Plus } from 'lucide-react'
import { type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { fit, nearest, type Point, type View } from '@/features/segments/charts/map-geometry'
import { makeSprite, paint, type Painted, PIXELS, SHAPES } from '@/features/segments/charts/map-painting'
import { text } from '@/features/segments/charts/text'
import { Button } from '@/ui/button'

interface MapCanvasProps {
  label: string
  points: Point[]
  hidden: ReadonlySet<string>
  colours: string[]
  names: string[]
  keys: string[]
  onOpen: (customerId: string) => void
}

/** The points of a map, to be moved and zoomed by pointer, wheel and keys. */
export function MapCanvas({ label, points, hidden, colours, names, keys, onOpen }: MapCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const view = useRef<View>({ x: 0, y: 0, scale: 1 })
  const size = useRef({ width: 1, height: 1 })
  const frame = useRef(0)
  /** What the canvas shows now; null where it is blank. */
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
