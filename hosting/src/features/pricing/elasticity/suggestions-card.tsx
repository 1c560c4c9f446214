import { useNavigate } from '@tanstack/react-router'

import { whatFailed } from '@/data/failure'
import { formatMinor } from '@/data/money'
import type { Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { saveRule } from '@/features/pricing/api'
import { type Suggested, useSuggestions } from '@/features/pricing/elasticity/api'
import { productOf, useNameOfSegment } from '@/features/pricing/elasticity/elasticity-chart'
import { text } from '@/features/pricing/elasticity/text'
import { savePriceTest } from '@/features/pricing/experiments/api'
import { newSeed } from '@/features/pricing/experiments/test-draft'
import { plainName } from '@/features/pricing/words'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Failed, Loading, Note } from '@/ui/states'

export function SuggestionsCard({ products }: { products: Product[] }) {
  const { source, run } = usePlace()
  const suggestions = useSuggestions(source.ref, run)
  return (
    <Card>
      <CardHead title={text.suggestions} note={text.suggestionsNote} />
      <CardBody className="space-y-3 pt-3">
        {suggestions.isPending ? (
          <Loading label={text.working} rows={1} />
        ) : suggestions.isError ? (
          <Failed inside title={text.workFailed} message={whatFailed(suggestions.error).message} />
        ) : (
          <Suggestions all={suggestions.data} products={products} />
        )}
      </CardBody>
    </Card>
  )
}

function Suggestions({ all, products }: { all: Suggested[]; products: Product[] }) {
  const supported = all.filter(({ suggestion }) => suggestion)
  const others = all.filter(({ suggestion }) => !suggestion)
  const rows = (some: Suggested[]) =>
    some.map((one) => (
      <SuggestionRow
        key={`${one.product_id} ${one.segment}`}
        suggested={one}
        product={productOf(one.product ?? one.product_id, products)}
      />
    ))
  return (
    <>
      {supported.length ? (
        <ul className="divide-y divide-line" aria-label={text.suggestions}>
          {rows(supported)}
        </ul>
      ) : (
        <Note>{text.noneSupported}</Note>
      )}
      {others.length ? (
        <details open={supported.length === 0}>
          <summary className="text-[13px] text-ink-soft">{text.others(others.length)}</summary>
          <ul className="divide-y divide-line">{rows(others)}</ul>
        </details>
      ) : null}
    </>
  )
}

interface SuggestionRowProps {
  suggested: Suggested
  product: Product | undefined
}

function SuggestionRow({ suggested, product }: SuggestionRowProps) {
  const nameOf = useNameOfSegment()
  const { suggestion, why } = suggested
  const money = (minor: number): string => formatMinor(minor, product?.currency ?? '')
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-56">
        <p className="font-medium break-words">
          {product?.name ?? suggested.product_id}, {nameOf(suggested.segment)}
        </p>
        <p className="figures text-[13px] text-ink-soft">
          {suggestion
            ? text.margin(
                money(suggestion.now),
                money(suggestion.margin),
                money(suggestion.low),
                money(suggestion.high),
              )
            : plainName(text.why, why ?? '')}
        </p>
        {suggested.test_blocked ? <p className="text-[13px] text-ink-soft">{suggested.test_blocked}</p> : null}
      </div>
      {suggestion ? (
        <p className="figures text-right">
          <span className="block font-semibold text-pricing">{money(suggestion.price)}</span>
          {product ? (
            <span className="block text-xs text-ink-soft">{text.now(money(product.base_price))}</span>
          ) : null}
        </p>
      ) : null}
      <Drafts suggested={suggested} />
    </li>
  )
}

/** What a suggestion becomes: a rule that isn't active, or a test that isn't started. */
function Drafts({ suggested: { rule, test, ...of } }: { suggested: Suggested }) {
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const { mayChange } = useAccess(owner)
  const navigate = useNavigate()
  if (!mayChange) return null
  const products = [of.product ?? of.product_id] // by their documents, as the editors list them
  return (
    <div className="flex flex-wrap gap-2">
      {rule ? (
        <Button
          size="small"
          onClick={() =>
            void attempt(async () => {
              const ruleId = await saveRule(owner, null, {
                ...rule,
                scope: { ...rule.scope, products },
                active: false,
              })
              await navigate({
                to: '/m/$owner/s/$kind/$sourceId/prices/rules/$ruleId',
                params: { owner, kind, sourceId, ruleId },
                search: {},
              })
            }, text.ruleMade)
          }
        >
          {text.rule}
        </Button>
      ) : null}
      {test ? (
        <Button
          size="small"
          onClick={() =>
            void attempt(async () => {
              // A seed of its own: with that of an earlier test customers would get the same arms.
              const draft = { ...test, products, status: 'draft' as const, seed: newSeed() }
              const testId = await savePriceTest(owner, null, draft)
              await navigate({
                to: '/m/$owner/s/$kind/$sourceId/prices/tests/$testId',
                params: { owner, kind, sourceId, testId },
                search: {},
              })
            }, text.testMade)
          }
        >
          {text.makeTest}
        </Button>
      ) : null}
    </div>
  )
}
