import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useState } from 'react'

import { whatFailed } from '@/data/failure'
import type { Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { optOut, useProducts, useRules } from '@/features/pricing/api'
import { choicesOf } from '@/features/pricing/audience'
import { Shown } from '@/features/pricing/shown'
import { PricesPage } from '@/features/pricing/prices-page'
import { QuoteDetails } from '@/features/pricing/quote-card'
import { giveQuote, lookAtPrice } from '@/features/pricing/quotes/api'
import { HistoryCard } from '@/features/pricing/quotes/history-card'
import { text } from '@/features/pricing/quotes/text'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Field, Input, Select } from '@/ui/field'
import { Failed, Loading, Note } from '@/ui/states'

const ROUTE = '/m/$owner/s/$kind/$sourceId/prices/quotes'

export function QuotesPage() {
  const { source } = usePlace()
  const products = useProducts(source.ref)
  return (
    <PricesPage title={text.title} note={text.note}>
      <Shown live={products}>{(all) => <Explorer products={all} />}</Shown>
    </PricesPage>
  )
}

function Explorer({ products }: { products: Product[] }) {
  const { source } = usePlace()
  const { customer, product } = useSearch({ from: ROUTE })
  const rules = useRules(source.ref)
  const chosen = products.find(({ id }) => id === product)
  const ruleNames = new Map(rules.state === 'ready' ? rules.data.map(({ id, name }) => [id, name]) : [])
  return (
    <>
      <AskForm products={products} />
      {customer && chosen ? (
        <Result key={`${customer} ${chosen.id}`} customer={customer} product={chosen} ruleNames={ruleNames} />
      ) : null}
      <HistoryCard products={products} customer={customer} product={chosen} ruleNames={ruleNames} />
    </>
  )
}

function AskForm({ products }: { products: Product[] }) {
  const { source } = usePlace()
  const navigate = useNavigate()
  const search = useSearch({ from: ROUTE })
  const [problem, setProblem] = useState(false)
  const { uid: owner, kind, id: sourceId } = source.ref
  return (
    <Card>
      <CardBody>
        <form
          noValidate
          className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto]"
          onSubmit={(event) => {
            event.preventDefault()
            const form = new FormData(event.currentTarget)
            const customer = String(form.get('customer')).trim()
            const product = String(form.get('product') ?? '')
            setProblem(!customer || !product)
            if (customer && product) {
              void navigate({
                to: ROUTE,
                params: { owner, kind, sourceId },
                search: { customer, product },
                resetScroll: false,
              })
            }
          }}
        >
          <Field
            label={text.customer}
            hint={text.customerHint}
            error={problem ? text.need : undefined}
          >
            {(control) => (
              <Input
                {...control}
                key={search.customer}
                name="customer"
                autoComplete="off"
                maxLength={256}
                defaultValue={search.customer ?? ''}
              />
            )}
          </Field>
          <Field label={text.product} hint={products.length ? text.lookNote : text.noProducts}>
            {(control) => (
              <Select {...control} key={search.product} name="product" defaultValue={search.product}>
                {choicesOf(products).map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Button type="submit" look="primary" className="sm:mt-6">
            <Search aria-hidden /> {text.look}
          </Button>
        </form>
      </CardBody>
    </Card>
  )
}

interface ResultProps {
  customer: string
  product: Product
  ruleNames: Map<string, string>
}

function Result({ customer, product, ruleNames }: ResultProps) {
  const { source } = usePlace()
  const { mayChange } = useAccess(source.ref.uid)
  const client = useQueryClient()
  const quote = useQuery({
    queryKey: ['price-look', source.ref, customer, product.id],
    queryFn: () => lookAtPrice(source.ref, customer, product.id),
    staleTime: 0,
    retry: false,
  })
  const given = useMutation({
    mutationFn: () =>
      attempt(async () => {
        await giveQuote(source.ref, customer, product.id)
        await client.invalidateQueries({ queryKey: ['price-history'] })
      }, text.kept),
  })
  if (quote.isPending) return <Loading label={text.look} rows={1} />
  if (quote.isError) {
    return <Failed inside title={text.failed} message={whatFailed(quote.error).message} />
  }
  if (!quote.data || quote.data.price === null) {
    return <Note tone="bad">{quote.data?.factors[0]?.reason ?? text.noPrice}</Note>
  }
  return (
    <Card>
      <CardHead
        title={text.result(customer, product.name)}
        note={mayChange ? text.keepNote : undefined}
        actions={
          mayChange ? (
            <Button busy={given.isPending} onClick={() => given.mutate()}>
              {text.keep}
            </Button>
          ) : null
        }
      />
      <CardBody className="space-y-5">
        <QuoteDetails quote={quote.data} ruleNames={ruleNames} />
        {mayChange ? <OptOut customer={customer} onDone={() => void quote.refetch()} /> : null}
      </CardBody>
    </Card>
  )
}

function OptOut({ customer, onDone }: { customer: string; onDone: () => void }) {
  const { source } = usePlace()
  const set = async (out: boolean): Promise<void> => {
    const done = await attempt(
      () => optOut(source.ref, customer, out),
      out ? text.optedOut : text.optedIn,
    )
    if (done) onDone()
  }
  return (
    <section className="border-t border-line pt-4">
      <h3 className="font-medium">{text.optOut}</h3>
      <p className="mt-0.5 text-[13px] text-ink-soft">{text.optOutNote}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="small" onClick={() => void set(true)}>
          {text.optOutButton}
        </Button>
        <Button size="small" look="quiet" onClick={() => void set(false)}>
          {text.optInButton}
        </Button>
      </div>
    </section>
  )
}
