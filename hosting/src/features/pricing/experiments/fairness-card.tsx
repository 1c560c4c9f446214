import { useNavigate, useSearch } from '@tanstack/react-router'

import { whatFailed } from '@/data/failure'
import { formatCount, formatFixed, formatShare } from '@/data/format'
import { formatMinor } from '@/data/money'
import { type FairnessOf, useFairness } from '@/features/pricing/experiments/api'
import { useSegmentNames } from '@/features/pricing/experiments/effects-page'
import { text } from '@/features/pricing/experiments/text'
import { usePlace } from '@/features/sources/place'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Field, Input } from '@/ui/field'
import { ScrollArea } from '@/ui/scroll-area'
import { Failed, Loading, Note } from '@/ui/states'

const words = text.fairness
const ROUTE = '/m/$owner/s/$kind/$sourceId/prices/effects'

export function FairnessCard() {
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const { attribute } = useSearch({ from: ROUTE })
  const navigate = useNavigate()
  const report = useFairness(source.ref, attribute)
  return (
    <Card>
      <CardHead title={words.title} note={words.note} />
      <CardBody className="space-y-5 pt-3">
        <form
          className="flex flex-wrap items-end gap-3"
          onSubmit={(event) => {
            event.preventDefault()
            const named = String(new FormData(event.currentTarget).get('attribute')).trim()
            void navigate({
              to: ROUTE,
              params: { owner, kind, sourceId },
              search: named ? { attribute: named } : {},
              resetScroll: false,
            })
          }}
        >
          <Field label={words.attribute} hint={words.attributeHint} className="w-72 max-w-full">
            {(control) => (
              <Input {...control} name="attribute" maxLength={128} defaultValue={attribute ?? ''} />
            )}
          </Field>
          <Button type="submit" className="mb-5">
            {words.show}
          </Button>
        </form>
        {report.isPending ? (
          <Loading label={words.loading} rows={1} />
        ) : report.isError ? (
          <Failed inside title={words.failed} message={whatFailed(report.error).message} />
        ) : report.data.length === 0 ? (
          <Note>{words.none}</Note>
        ) : (
          report.data.map((one) => <OneAttribute key={`${one.name} ${one.currency}`} attribute={one} />)
        )}
        <p className="text-xs text-ink-soft">
          <span className="font-medium">{words.test}:</span> {words.testText}
        </p>
      </CardBody>
    </Card>
  )
}

export function OneAttribute({ attribute: { name, currency, groups, too_many: tooMany } }: { attribute: FairnessOf }) {
  const segmentName = useSegmentNames()
  const title = words.names[name] ?? words.by(name)
  const label = `${title}, ${currency}`
  return (
    <section aria-label={label}>
      <h3 className="text-[13px] font-medium">{label}</h3>
      {tooMany ? (
        <Note>{words.tooMany}</Note>
      ) : (
        <ScrollArea label={label}>
          <table className="figures mt-1 w-full text-[13px]">
            <thead className="text-xs text-ink-soft">
              <tr>
                <th scope="col" className="py-1.5 pr-3 text-left font-medium">
                  {words.group}
                </th>
                {[words.customers, words.price, words.reduction, words.difference, words.p].map((column) => (
                  <th key={column} scope="col" className="py-1.5 pr-3 text-right font-medium whitespace-nowrap">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <tr key={group.value} className="border-t border-line">
                  <th scope="row" className="min-w-36 py-1.5 pr-3 text-left font-normal">
                    {name === 'segment' ? segmentName(group.value) : group.value}{' '}
                    {group.flagged ? <Badge tone="bad">{words.flagged}</Badge> : null}
                  </th>
                  {group.customers == null ? (
                    <td colSpan={5} className="py-1.5 text-right text-ink-soft">
                      {words.few}
                    </td>
                  ) : (
                    <>
                      <td className="py-1.5 pr-3 text-right">{formatCount(group.customers)}</td>
                      <td className="py-1.5 pr-3 text-right whitespace-nowrap">
                        {group.mean_price == null ? '–' : formatMinor(Math.round(group.mean_price), currency)}
                      </td>
                      <td className="py-1.5 pr-3 text-right">{formatShare(group.mean_reduction, 1)}</td>
                      <td className="py-1.5 pr-3 text-right whitespace-nowrap">
                        {group.difference == null
                          ? '–'
                          : `${formatShare(group.difference, 1)} (${formatShare(group.low, 1)} … ${formatShare(group.high, 1)})`}
                      </td>
                      <td className="py-1.5 pr-3 text-right">
                        {group.p == null ? '–' : group.p < 0.001 ? '< 0.001' : formatFixed(group.p, 3)}
                      </td>
                    </>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
    </section>
  )
}
