import { formatDate } from '@/data/format'
import { holdsForever, type LawRow, placeName, rowsOf, stateOn } from '@/features/pricing/limits/law'
import { text } from '@/features/pricing/limits/text'
import { Badge } from '@/ui/badge'

interface LawTableProps {
  place: string | null
  /** As in `2026-11-29`. */
  day: string
}

/** The laws of a place, those to come and gone by too. */
export function LawTable({ place, day }: LawTableProps) {
  return (
    <ul aria-label={text.table} className="divide-y divide-line rounded-lg border border-line">
      {rowsOf(place).map((row) => (
        <li key={`${row.jurisdiction} ${row.from}`} className="space-y-1.5 p-3 text-[13px]">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{placeName(row.jurisdiction)}</span>
            <State state={stateOn(row, day)} />
            <span className="text-ink-soft">{daysText(row)}</span>
          </p>
          <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)]">
            <dt className="text-ink-soft">{text.columns.blocks}</dt>
            <dd>{blocksText(row)}</dd>
            {row.disclosure ? (
              <>
                <dt className="text-ink-soft">{text.columns.disclose}</dt>
                <dd>
                  “{row.disclosure.text}”
                  {row.disclosure.when === 'raise' ? `, ${text.whenRaised}` : ''}
                </dd>
              </>
            ) : null}
            {row.lowest_price ? (
              <>
                <dt className="text-ink-soft">{text.columns.lowest}</dt>
                <dd>{text.lowestOf(row.lowest_price.days, row.lowest_price.progressive)}</dd>
              </>
            ) : null}
            <dt className="text-ink-soft">{text.columns.source}</dt>
            <dd className="text-ink-soft">{row.source}</dd>
          </dl>
        </li>
      ))}
    </ul>
  )
}

function State({ state }: { state: ReturnType<typeof stateOn> }) {
  if (state === 'holds') return <Badge tone="pricing">{text.holds}</Badge>
  return <Badge>{state === 'coming' ? text.coming : text.past}</Badge>
}

function daysText(row: LawRow): string {
  if (holdsForever(row)) return text.always
  if (row.until === null) return text.from(formatDate(row.from))
  return row.from === '1970-01-01'
    ? text.until(formatDate(row.until))
    : text.span(formatDate(row.from), formatDate(row.until))
}

function blocksText({ blocks }: LawRow): string {
  const parts = (
    [
      [text.blocksPrices, blocks.personal_prices],
      [text.blocksRaises, blocks.personal_raises],
    ] as const
  ).flatMap(([what, whom]) =>
    whom === 'nobody' ? [] : [whom === 'food' ? text.forFood(what) : what],
  )
  return parts.join('; ') || text.nothingBlocked
}
