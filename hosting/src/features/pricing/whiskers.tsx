import { classes } from '@/ui/classes'

export interface Whisker {
  key: string
  label: string
  note?: string | undefined
  /** Null: it can't be told, and `words` says why. */
  value: number | null
  low?: number | null | undefined
  high?: number | null | undefined
  words: string
  faint?: boolean
}

interface WhiskersProps {
  rows: Whisker[]
  /** Where nothing changes: a line to look from. */
  zero?: number
  tone?: 'pricing' | 'insight'
}

/** Estimates with their intervals, one below the other, on one scale. */
export function Whiskers({ rows, zero = 0, tone = 'pricing' }: WhiskersProps) {
  const known = rows.flatMap(({ value, low, high }) => (value === null ? [] : [value, low ?? value, high ?? value]))
  const [least, most] = [Math.min(zero, ...known), Math.max(zero, ...known)]
  const room = most - least || 1
  const at = (value: number): number => 2 + ((value - least) / room) * 96
  return (
    <ul className="space-y-1">
      {rows.map(({ key, label, note, value, low, high, words, faint }) => (
        <li key={key} className="grid items-center gap-x-4 gap-y-0.5 py-1 sm:grid-cols-[13rem_minmax(0,1fr)_13rem]">
          <span className="min-w-0">
            <span className="block truncate text-[13px] font-medium">{label}</span>
            {note ? <span className="block truncate text-xs text-ink-soft">{note}</span> : null}
          </span>
          <span aria-hidden className="relative h-5 rounded-sm bg-sunken">
            <span className="absolute inset-y-0 w-px bg-line-strong" style={{ left: `${at(zero)}%` }} />
            {value === null ? null : (
              <>
                <span
                  className={classes(
                    'absolute top-1/2 h-0.5 -translate-y-1/2',
                    faint ? 'bg-line-strong' : tone === 'pricing' ? 'bg-pricing' : 'bg-insight',
                  )}
                  style={{ left: `${at(low ?? value)}%`, width: `${at(high ?? value) - at(low ?? value)}%` }}
                />
                <span
                  className={classes(
                    'absolute top-1/2 size-2.5 -translate-1/2 rounded-full',
                    faint ? 'bg-line-strong' : tone === 'pricing' ? 'bg-pricing' : 'bg-insight',
                  )}
                  style={{ left: `${at(value)}%` }}
                />
              </>
            )}
          </span>
          <span className={classes('figures text-[13px] sm:text-right', value === null && 'text-ink-soft')}>
            {words}
          </span>
        </li>
      ))}
    </ul>
  )
}
