import { whatFailed } from '@/data/failure'
import { formatDate, formatMoney, formatNumber } from '@/data/format'
import type { OrderLine, useCustomer } from '@/features/customers/api'
import { text } from '@/features/customers/text'
import { Badge } from '@/ui/badge'
import { Card, CardBody, CardHead } from '@/ui/card'
import { ScrollArea } from '@/ui/scroll-area'
import { Note, Skeleton } from '@/ui/states'

interface HistoryCardProps {
  customer: ReturnType<typeof useCustomer>
  currency: string | null
}

/** The order lines of a customer, newest first. */
export function HistoryCard({ customer, currency }: HistoryCardProps) {
  const lines = customer.data?.history.toReversed() ?? []
  return (
    <Card>
      <CardHead title={text.customer.history} note={text.customer.historyNote} />
      <CardBody className="pt-3">
        {customer.isPending ? (
          <Skeleton className="h-40 w-full" />
        ) : customer.isError ? (
          <Note tone="bad" role="alert">
            {text.customer.historyFailed} {whatFailed(customer.error).message}
          </Note>
        ) : customer.data === null ? (
          <p className="text-ink-soft">{text.customer.historyGone}</p>
        ) : lines.length === 0 ? (
          <p className="text-ink-soft">{text.customer.historyNone}</p>
        ) : (
          <ScrollArea role="region" label={text.customer.history} className="max-h-[30rem]">
            <Lines lines={lines} currency={currency} />
          </ScrollArea>
        )}
      </CardBody>
    </Card>
  )
}

function Lines({ lines, currency }: { lines: OrderLine[]; currency: string | null }) {
  return (
    <table className="w-full text-[13px]">
      <thead className="sticky top-0 bg-surface text-left text-xs text-ink-soft">
        <tr>
          <th scope="col" className="py-1.5 pr-3 font-medium">
            {text.customer.when}
          </th>
          <th scope="col" className="py-1.5 pr-3 font-medium">
            {text.customer.order}
          </th>
          <th scope="col" className="py-1.5 pr-3 font-medium">
            {text.customer.product}
          </th>
          <th scope="col" className="py-1.5 pr-3 text-right font-medium">
            {text.customer.quantity}
          </th>
          <th scope="col" className="py-1.5 text-right font-medium">
            {text.customer.amount}
          </th>
        </tr>
      </thead>
      <tbody className="figures">
        {lines.map((line, at) => (
          <tr key={at} className="border-t border-line">
            <td className="py-1.5 pr-3 whitespace-nowrap">{formatDate(line.ordered_at)}</td>
            <td className="max-w-28 truncate py-1.5 pr-3">{line.order_id}</td>
            <td className="py-1.5 pr-3">
              {line.product_name ?? line.category ?? '–'}
              {line.kind && line.kind !== 'sale' ? (
                <Badge tone="pricing" className="ml-2">
                  {text.customer.kinds[line.kind] ?? line.kind}
                </Badge>
              ) : null}
            </td>
            <td className="py-1.5 pr-3 text-right">{formatNumber(line.quantity, 2)}</td>
            <td className="py-1.5 text-right">{formatMoney(line.amount, currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
