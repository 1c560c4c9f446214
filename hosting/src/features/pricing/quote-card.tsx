import type { ReactNode } from 'react'

import { formatDateTime } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { Quote } from '@/data/prices'
import { QuoteSteps } from '@/features/pricing/quote-steps'
import { text } from '@/features/pricing/text'
import { distance, percentText, plainName } from '@/features/pricing/words'
import { Badge } from '@/ui/badge'
import { Figure } from '@/ui/card'
import { Note } from '@/ui/states'

/** A quote with all that it says; `ruleNames` are those of the rules it used, where known. */
export function QuoteDetails({ quote, ruleNames }: { quote: Quote; ruleNames: Map<string, string> }) {
  const { currency } = quote
  const away = distance(quote.price, quote.base)
  const label = quote.tax_included === null ? undefined : quote.tax_included ? text.quote.taxIn : text.quote.taxOut
  return (
    <div className="space-y-4">
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Figure
          label={text.quote.price}
          value={formatMinor(quote.price, currency)}
          note={
            away === null
              ? text.preview.unchanged
              : (away < 0 ? text.preview.save : text.preview.plus)(percentText(Math.round(Math.abs(away) * 10) / 10))
          }
          tone="pricing"
        />
        <Figure label={text.quote.base} value={formatMinor(quote.base, currency)} note={label} />
        <Figure label={text.quote.lowest} value={formatMinor(quote.lowest, currency)} />
        <Figure
          label={text.quote.reference}
          value={formatMinor(quote.reference, currency)}
          note={quote.reference === null ? text.quote.noReference : undefined}
        />
      </dl>
      {quote.disclosure ? (
        <Note tone="pricing">
          <p className="text-xs">{text.quote.disclosure}</p>
          <p className="mt-0.5 font-semibold">{quote.disclosure.text}</p>
          <p className="mt-0.5 text-xs">
            {text.quote.disclosureBy(quote.disclosure.id, quote.disclosure.version, quote.disclosure.jurisdiction)}
          </p>
        </Note>
      ) : (
        <Note>{text.quote.noDisclosure}</Note>
      )}
      <section>
        <h3 className="text-[13px] font-medium">{text.quote.steps}</h3>
        <QuoteSteps quote={quote} />
      </section>
      <dl className="grid gap-x-6 gap-y-2 text-[13px] sm:grid-cols-2">
        <Row label={text.quote.limits}>
          {quote.limits_hit.length
            ? quote.limits_hit.map((name) => plainName(text.limitNames, name)).join(', ')
            : text.quote.noLimits}
        </Row>
        <Row label={text.quote.rules}>
          {quote.rule_ids.map((id) => ruleNames.get(id) ?? id).join(', ') || text.none}
        </Row>
        <Row label={text.quote.valid}>{formatDateTime(quote.valid_until)}</Row>
        <Row label={text.quote.arm}>{quote.arm ?? text.none}</Row>
        {quote.categories.length ? (
          <Row label={text.quote.categories}>
            {quote.categories.map((name) => plainName(text.factors, name)).join(', ')}
          </Row>
        ) : null}
        {quote.raised_by ? <Row label={text.quote.raisedBy}>{quote.raised_by}</Row> : null}
        {quote.quote_id ? (
          <Row label={text.quote.number}>
            <span className="break-all">{quote.quote_id}</span>
          </Row>
        ) : null}
      </dl>
      <Badge tone={quote.personalized ? 'pricing' : 'plain'}>
        {quote.personalized ? text.quote.personal : text.quote.public}
      </Badge>
    </div>
  )
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 gap-2">
      <dt className="shrink-0 text-ink-soft">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}
