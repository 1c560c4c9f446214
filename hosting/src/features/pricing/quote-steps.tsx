import { formatMinor } from '@/data/money'
import type { Factor, Quote } from '@/data/prices'
import { text } from '@/features/pricing/text'
import { plainName } from '@/features/pricing/words'
import { classes } from '@/ui/classes'

interface Span {
  left: number
  width: number
}

/** Where the bar of each step lies, in percent of the width: from the price before to the price after. */
export function spansOf(factors: Factor[]): Span[] {
  const sums = factors.flatMap(({ base, result }) => [base, result])
  const [low, high] = [Math.min(...sums), Math.max(...sums)]
  const room = (high - low) * 1.15 || 1
  const start = high - room
  return factors.map(({ name, base, result }) => {
    const from = name === 'public_price' ? start : Math.min(base, result)
    const to = Math.max(base, result)
    return { left: ((from - start) / room) * 100, width: ((to - from) / room) * 100 }
  })
}

/** Every step of a quote: what it started from, what it did, and why. */
export function QuoteSteps({ quote, all = true }: { quote: Quote; all?: boolean }) {
  const shown = all
    ? quote.factors
    : quote.factors.filter(({ name, effect }) => name === 'public_price' || effect !== 0)
  const spans = spansOf(shown)
  return (
    <ol className="divide-y divide-line" aria-label={text.quote.steps}>
      {shown.map((factor, at) => (
        <li key={`${factor.name}-${at}`} className="grid gap-x-4 gap-y-1 py-2.5 sm:grid-cols-[11rem_minmax(0,1fr)_auto]">
          <p className="flex items-baseline justify-between gap-2 font-medium">
            {plainName(text.factors, factor.name)}
            <Change factor={factor} currency={quote.currency} className="sm:hidden" />
          </p>
          <div className="min-w-0">
            <div aria-hidden className="relative h-2.5 rounded-sm bg-sunken">
              <span
                className={classes(
                  'absolute inset-y-0 min-w-[3px] rounded-sm',
                  factor.name === 'public_price'
                    ? 'bg-line-strong'
                    : factor.effect < 0
                      ? 'bg-pricing'
                      : factor.effect > 0
                        ? 'bg-insight'
                        : 'bg-line-strong',
                )}
                style={{ left: `${spans[at]?.left ?? 0}%`, width: `${spans[at]?.width ?? 0}%` }}
              />
            </div>
            <p className="mt-1 text-[13px] break-words text-ink-soft">{factor.reason}</p>
          </div>
          <Change factor={factor} currency={quote.currency} className="hidden sm:block" />
        </li>
      ))}
    </ol>
  )
}

function Change({ factor, currency, className }: { factor: Factor; currency: string; className: string }) {
  const first = factor.name === 'public_price'
  return (
    <span className={classes('figures shrink-0 text-right text-[13px] sm:w-28', className)}>
      <span className="block font-semibold">{formatMinor(factor.result, currency)}</span>
      {first ? null : (
        <span className="block text-xs font-normal text-ink-soft">
          {factor.effect === 0 ? text.quote.noChange : signed(factor.effect, currency)}
        </span>
      )}
    </span>
  )
}

function signed(minor: number, currency: string): string {
  return `${minor > 0 ? '+' : '−'}${formatMinor(Math.abs(minor), currency)}`
}
