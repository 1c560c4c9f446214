import { formatCount, formatDate, formatMoney, formatMoneyShort } from '@/data/format'
import { text } from '@/features/segments/text'
import { usePlace } from '@/features/sources/place'
import { Card, Figure } from '@/ui/card'
import { Skeleton } from '@/ui/states'

/** The run's totals: what all shares on the screen are shares of. */
export function Totals() {
  const { summary, currency } = usePlace()
  if (summary.state === 'loading') return <Skeleton className="h-24 w-full rounded-xl" />
  if (summary.state !== 'ready') return null
  const { totals, customer_count, segment_count } = summary.data
  const perCustomer =
    totals?.net != null && customer_count ? totals.net / customer_count : null
  return (
    <Card className="px-4 py-4 sm:px-5">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-5">
        <Figure
          label={text.totals.customers}
          value={formatCount(customer_count)}
          note={`${formatCount(segment_count)} ${text.totals.segments.toLowerCase()}`}
        />
        <Figure label={text.totals.orders} value={formatCount(totals?.orders)} />
        <Figure
          label={text.totals.net}
          value={<span title={formatMoney(totals?.net, currency)}>{formatMoneyShort(totals?.net, currency)}</span>}
          {...(totals?.refunds
            ? { note: `${text.totals.refunds} ${formatMoneyShort(totals.refunds, currency)}` }
            : {})}
        />
        <Figure label={text.totals.perCustomer} value={formatMoney(perCustomer, currency)} />
        <div className="col-span-2 min-w-0 sm:col-span-1">
          <dt className="text-xs font-medium text-ink-soft">{text.totals.period}</dt>
          <dd className="mt-1.5 text-sm font-medium">
            {totals?.first_order && totals.last_order
              ? text.totals.to(formatDate(totals.first_order), formatDate(totals.last_order))
              : '–'}
          </dd>
        </div>
      </dl>
    </Card>
  )
}
