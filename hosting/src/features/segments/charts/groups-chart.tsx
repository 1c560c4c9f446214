import { useState } from 'react'
import type * as z from 'zod'

import { formatCount, formatMoney, formatShare } from '@/data/format'
import { Bars } from '@/features/segments/charts/bars'
import type { groupsData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { text } from '@/features/segments/charts/text'
import { Select } from '@/ui/field'

interface GroupsChartProps extends ChartHead {
  data: z.infer<typeof groupsData>
  currency: string | null
}

const words = text.groups

/** Customers by one side at a time: how they buy, feel, spend. */
export function GroupsChart({ data, currency, title, takeaway, kind }: GroupsChartProps) {
  const sides = Object.keys(data).filter((side) => (data[side] ?? []).length > 1)
  const [chosen, setChosen] = useState('rfm')
  const side = sides.includes(chosen) ? chosen : (sides[0] ?? 'rfm')
  const groups = data[side] ?? []
  const all = groups.reduce((sum, { customers }) => sum + customers, 0)
  const most = Math.max(1, ...groups.map(({ customers }) => customers))
  const first = groups.toSorted((left, right) => right.customers - left.customers)[0]
  return (
    <ChartFrame
      title={title}
      takeaway={
        side === 'rfm' || !first
          ? takeaway
          : words.takeaway(first.name, formatCount(first.customers), formatCount(all))
      }
      kind={kind}
      table={{
        columns: [words.group, text.customers, text.revenue],
        rows: groups.map(({ name, customers, revenue }) => [
          name,
          formatCount(customers),
          formatMoney(revenue, currency),
        ]),
      }}
      actions={
        <Select
          aria-label={words.side}
          className="h-8 w-auto text-[13px]"
          value={side}
          onChange={(event) => setChosen(event.target.value)}
        >
          {sides.map((one) => (
            <option key={one} value={one}>
              {words.sides[one] ?? one}
            </option>
          ))}
        </Select>
      }
    >
      <Bars
        bars={groups.map(({ name, customers }) => ({
          key: name,
          label: name,
          share: customers / most,
          words: `${formatCount(customers)} · ${formatShare(customers / Math.max(1, all))}`,
          colour: 'var(--primary)',
        }))}
      />
    </ChartFrame>
  )
}
