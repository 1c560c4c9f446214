import { RotateCcw } from 'lucide-react'
import { useState } from 'react'

import { whatFailed } from '@/data/failure'
import { formatDateTime } from '@/data/format'
import type { Product, Quote } from '@/data/prices'
import { PriceOf } from '@/features/pricing/preview-card'
import { QuoteDetails } from '@/features/pricing/quote-card'
import { type HistoryOf, usePriceHistory } from '@/features/pricing/quotes/api'
import { text } from '@/features/pricing/quotes/text'
import { text as pricing } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Select } from '@/ui/field'
import { Failed, Loading, Note, State } from '@/ui/states'

interface HistoryCardProps {
  products: Product[]
  customer: string | undefined
  product: Product | undefined
  ruleNames: Map<string, string>
}

export function HistoryCard({ products, customer, product, ruleNames }: HistoryCardProps) {
  const { source } = usePlace()
  const [wanted, setWanted] = useState<'all' | 'product' | 'customer'>('all')
  const of: HistoryOf =
    wanted === 'product' && product
      ? { product_id: product.id }
      : wanted === 'customer' && customer
        ? { customer_id: customer }
        : {}
  const history = usePriceHistory(source.ref, of)
  const quotes = history.data?.pages.flatMap((page) => page.quotes) ?? []
  const names = new Map(products.map(({ id, name }) => [id, name]))
  return (
    <Card>
      <CardHead
        title={text.history}
        note={text.historyNote}
        actions={
          <>
            {product || customer ? (
              <Select
                aria-label={text.historyOf}
                className="w-auto"
                value={wanted}
                onChange={({ target }) => setWanted(target.value as typeof wanted)}
              >
                <option value="all">{text.all}</option>
                {product ? <option value="product">{text.ofProduct}</option> : null}
                {customer ? <option value="customer">{text.ofCustomer}</option> : null}
              </Select>
            ) : null}
            <Button
              size="icon"
              look="quiet"
              aria-label={text.refresh}
              title={text.refresh}
              onClick={() => void history.refetch()}
            >
              <RotateCcw aria-hidden />
            </Button>
          </>
        }
      />
      <CardBody className="pt-2">
        {history.isPending ? (
          <Loading label={text.loadingHistory} rows={1} />
        ) : history.isError ? (
          <Failed inside title={text.historyFailed} message={whatFailed(history.error).message} />
        ) : quotes.length === 0 ? (
          wanted === 'all' ? (
            <State title={text.none}>{text.noneNote}</State>
          ) : (
            <Note>{text.noneSuch}</Note>
          )
        ) : (
          <ul className="divide-y divide-line" aria-label={text.history}>
            {quotes.map((quote, at) => (
              <HistoryRow
                key={quote.quote_id ?? at}
                quote={quote}
                product={names.get(quote.product_id ?? '') ?? quote.product_id ?? ''}
                ruleNames={ruleNames}
              />
            ))}
          </ul>
        )}
        {history.hasNextPage ? (
          <Button
            className="mt-3"
            busy={history.isFetchingNextPage}
            onClick={() => void history.fetchNextPage()}
          >
            {pricing.more}
          </Button>
        ) : null}
      </CardBody>
    </Card>
  )
}

interface HistoryRowProps {
  quote: Quote
  product: string
  ruleNames: Map<string, string>
}

function HistoryRow({ quote, product, ruleNames }: HistoryRowProps) {
  const [open, setOpen] = useState(false)
  const state = quote.outcome?.state
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary
          className="flex min-h-12 list-none flex-wrap items-center gap-x-4 gap-y-1 py-2 [&::-webkit-details-marker]:hidden"
          aria-label={text.steps(quote.customer_id ?? '')}
        >
          <span className="order-1 min-w-0 flex-1 basis-40">
            <span className="block truncate font-medium">{product}</span>
            <span className="block truncate text-xs text-ink-soft">
              {quote.customer_id} · {formatDateTime(quote.created_at)}
            </span>
          </span>
          <span className="order-3 flex basis-full flex-wrap gap-1.5 sm:order-2 sm:basis-auto">
            {quote.arm ? <Badge tone="insight">{quote.arm.split(':').pop()}</Badge> : null}
            <Badge tone={state === 'bought' ? 'good' : 'plain'}>
              {state ? (pricing.quote.outcomes[state] ?? state) : text.open}
            </Badge>
          </span>
          <span className="order-2 sm:order-3">
            <PriceOf quote={quote} />
          </span>
        </summary>
        {open ? (
          <div className="pb-4">
            <QuoteDetails quote={quote} ruleNames={ruleNames} />
          </div>
        ) : null}
      </details>
    </li>
  )
}
