import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import { useEffect, useState } from 'react'

import { whatFailed } from '@/data/failure'
import { formatMinor } from '@/data/money'
import type { Product, Quote } from '@/data/prices'
import { type Preview, type PreviewRequest, previewPrices } from '@/features/pricing/api'
import { QuoteSteps } from '@/features/pricing/quote-steps'
import { text } from '@/features/pricing/text'
import { distance, percentText } from '@/features/pricing/words'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Field, Select } from '@/ui/field'
import { Note, Skeleton } from '@/ui/states'

interface PreviewCardProps {
  /** Null while there is nothing that could be worked out. */
  request: Omit<PreviewRequest, 'productId'> | null
  products: Product[]
  level?: 2 | 3
}

const TYPING_MS = 500

/** What five customers would pay by what is in the form, a moment after it is typed. */
export function PreviewCard({ request, products, level = 2 }: PreviewCardProps) {
  const [chosen, setChosen] = useState('')
  const first = products.find(({ status }) => status === 'active') ?? products[0]
  const productId = chosen || (first ? first.id : null)
  const wanted = request && productId ? JSON.stringify({ ...request, productId }) : null
  const asked = useSettled(wanted)
  const preview = useQuery({
    queryKey: ['price-preview', asked],
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 60_000,
    retry: false,
    queryFn: () => previewPrices(JSON.parse(asked ?? '') as PreviewRequest),
  })
  return (
    <Card>
      <CardHead title={text.preview.title} note={text.preview.note} level={level} />
      <CardBody className="space-y-3 pt-3" aria-busy={preview.isFetching || asked !== wanted || undefined}>
        {products.length > 1 ? (
          <Field label={text.preview.product}>
            {(control) => (
              <Select {...control} value={productId ?? ''} onChange={({ target }) => setChosen(target.value)}>
                {products.map((product) => (
                  <option key={product.id} value={product.id}>
                    {product.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ) : null}
        {request === null ? (
          <Note>{text.preview.incomplete}</Note>
        ) : productId === null ? (
          <Note>{text.preview.none}</Note>
        ) : preview.isError ? (
          <Note tone="bad" role="alert">
            <p className="font-medium">{text.preview.failed}</p>
            <p>{whatFailed(preview.error).message}</p>
            <Button size="small" className="mt-2" onClick={() => void preview.refetch()}>
              {text.retry}
            </Button>
          </Note>
        ) : preview.data ? (
          <Previewed preview={preview.data} />
        ) : (
          <div role="status" className="space-y-2">
            <span className="sr-only">{text.preview.loading}</span>
            <Skeleton className="h-12 w-full" />
            <Skeleton className="h-12 w-full" />
            <Skeleton className="h-12 w-full" />
          </div>
        )}
      </CardBody>
    </Card>
  )
}

function Previewed({ preview: { quotes, problems } }: { preview: Preview }) {
  if (quotes.length === 0) return <Note>{text.preview.none}</Note>
  return (
    <>
      {problems.length ? (
        <Note tone="bad">
          <p className="font-medium">{text.preview.problems}</p>
          <ul className="mt-1 list-disc pl-4 break-words">
            {problems.map(({ document, message }) => (
              <li key={document}>{message}</li>
            ))}
          </ul>
        </Note>
      ) : null}
      <ul className="divide-y divide-line" aria-label={text.preview.title}>
        {quotes.map((quote, at) => (
          <li key={quote.customer_id ?? at}>
            <details className="group">
              <summary className="flex min-h-11 list-none items-center gap-3 py-2 [&::-webkit-details-marker]:hidden">
                <ChevronDown
                  aria-hidden
                  className="size-4 shrink-0 text-ink-faint transition-transform group-open:rotate-180"
                />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{quote.customer_id}</span>
                  <span className="block truncate text-xs text-ink-soft">
                    {quote.segment?.name ?? quote.segment?.key ?? text.preview.noSegment}
                  </span>
                </span>
                <PriceOf quote={quote} />
              </summary>
              <div className="pb-3 pl-7">
                <QuoteSteps quote={quote} all={false} />
                {quote.disclosure ? (
                  <Note tone="pricing">
                    {text.quote.disclosure}: “{quote.disclosure.text}”
                  </Note>
                ) : null}
              </div>
            </details>
          </li>
        ))}
      </ul>
    </>
  )
}

/** A price, and how far it is from the public one. */
export function PriceOf({ quote }: { quote: Quote }) {
  const away = distance(quote.price, quote.base)
  return (
    <span className="figures shrink-0 text-right">
      <span className="block font-semibold text-pricing">
        {formatMinor(quote.price, quote.currency)}
      </span>
      {away === null ? (
        <span className="block text-xs text-ink-soft">{text.preview.unchanged}</span>
      ) : (
        <Badge tone={away < 0 ? 'pricing' : 'insight'}>
          {(away < 0 ? text.preview.save : text.preview.plus)(
            percentText(Math.round(Math.abs(away) * 10) / 10),
          )}
        </Badge>
      )}
    </span>
  )
}

/** A value once it has been the same for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
