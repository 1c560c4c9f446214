import { useMemo, useState } from 'react'

import { formatCount } from '@/data/format'
import type { MapData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { MapCanvas } from '@/features/segments/charts/map-canvas'
import { pointsOf } from '@/features/segments/charts/map-geometry'
import { type Shape, SHAPES } from '@/features/segments/charts/map-painting'
import { text } from '@/features/segments/charts/text'
import { classes } from '@/ui/classes'

interface CustomerMapProps extends ChartHead {
  data: MapData
  colours: Record<string, string>
  onOpen: (customerId: string) => void
}

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
      <MapCanvas
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

function Swatch({ shape, colour }: { shape: Shape; colour: string }) {
  return (
    <svg viewBox="0 0 10 10" className="size-2.5" fill={colour} aria-hidden>
      {shape === 'circle' ? <circle cx="5" cy="5" r="5" /> : null}
      {shape === 'square' ? <rect width="10" height="10" /> : null}
      {shape === 'triangle' ? <path d="M5 0 10 10H0z" /> : null}
      {shape === 'diamond' ? <path d="M5 0 10 5 5 10 0 5z" /> : null}
    </svg>
  )
}
