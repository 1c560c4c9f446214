/** Bars that are markup: readable without a chart library, and printable. */
import type { ReactNode } from 'react'

import { formatShare } from '@/data/format'

interface Bar {
  key: string
  label: ReactNode
  share: number // 0-1 of the whole width
  words: string
  colour: string
  /** How sure: a line from low to high, 0-1 of the whole width. */
  low?: number | undefined
  high?: number | undefined
  /** Opens what the figure is made of. */
  onOpen?: (() => void) | undefined
}

function Label({ label, onOpen }: Pick<Bar, 'label' | 'onOpen'>) {
  if (!onOpen) return <span className="min-w-0 truncate">{label}</span>
  return (
    <button
      type="button"
      className="min-w-0 truncate text-left underline-offset-4 hover:underline"
      onClick={onOpen}
    >
      {label}
    </button>
  )
}

export function Bars({ bars }: { bars: Bar[] }) {
  return (
    <ul className="space-y-2.5">
      {bars.map((bar) => (
        <li key={bar.key}>
          <div className="mb-1 flex items-baseline justify-between gap-3 text-[13px]">
            <Label label={bar.label} onOpen={bar.onOpen} />
            <span className="figures shrink-0 font-medium">{bar.words}</span>
          </div>
          <div className="relative h-2.5 rounded-full bg-sunken">
            <div
              className="h-full min-w-0.5 rounded-full"
              style={{ width: percent(bar.share), backgroundColor: bar.colour }}
            />
            {bar.low !== undefined && bar.high !== undefined ? (
              <span
                aria-hidden
                className="absolute top-1/2 h-0.5 -translate-y-1/2 border-x-2 border-ink bg-ink"
                style={{ left: percent(bar.low), width: percent(bar.high - bar.low) }}
              />
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Two shares of each row, one above the other: customers and revenue. */
export function PairedBars({
  rows,
  first,
  second,
}: {
  rows: {
    key: string
    label: ReactNode
    first: number
    second: number
    colour: string
    onOpen?: (() => void) | undefined
  }[]
  first: string
  second: string
}) {
  const most = Math.max(0.01, ...rows.flatMap((row) => [row.first, row.second]))
  return (
    <ul className="space-y-3.5">
      {rows.map((row) => (
        <li key={row.key}>
          <div className="mb-1 flex text-[13px] font-medium">
            <Label label={row.label} onOpen={row.onOpen} />
          </div>
          {(
            [
              [first, row.first, 0.55],
              [second, row.second, 1],
            ] as const
          ).map(([label, share, opacity]) => (
            <div
              key={label}
              className="grid grid-cols-[7.500rem_minmax(0,1fr)_3rem] items-center gap-2 text-xs"
            >
              <span className="text-ink-soft">{label}</span>
              <span className="h-2 rounded-full bg-sunken">
                <span
                  className="block h-full min-w-0.5 rounded-full"
                  style={{ width: percent(share / most), backgroundColor: row.colour, opacity }}
                />
              </span>
              <span className="figures text-right">{formatShare(share)}</span>
            </div>
          ))}
        </li>
      ))}
    </ul>
  )
}

function percent(share: number): string {
  return `${Math.max(0, Math.min(1, share)) * 100}%`
}
