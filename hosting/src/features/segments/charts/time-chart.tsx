import { useMemo, useState } from 'react'
import {
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import type * as z from 'zod'

import { formatCompact, formatCount, formatMoney, formatMonth } from '@/data/format'
import type { timeData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { text } from '@/features/segments/charts/text'
import { tooltipLook, useStill } from '@/features/segments/charts/look'
import { Select } from '@/ui/field'

interface TimeChartProps extends ChartHead {
  data: z.infer<typeof timeData>
  colours: Record<string, string>
  currency: string | null
  /** Only this segment, where given. */
  only?: string
}

const DASHES = ['', '6 3', '2 3', '8 3 2 3']

/** Orders or revenue per month, one line per segment. */
export function TimeChart({ title, takeaway, kind, data, colours, currency, only }: TimeChartProps) {
  const [measure, setMeasure] = useState<'orders' | 'revenue'>('orders')
  const still = useStill()
  const series = useMemo(
    () => data.series.filter((one) => !only || one.segment_key === only),
    [data.series, only],
  )
  const points = useMemo(
    () =>
      data.months.map((month, at) => ({
        month,
        ...Object.fromEntries(series.map((one) => [one.segment_key, one[measure][at] ?? 0])),
      })),
    [data.months, measure, series],
  )
  const write = (value: number): string =>
    measure === 'orders' ? formatCount(value) : formatMoney(value, currency)
  const names = new Map(series.map((one) => [one.segment_key, one.name]))
  return (
    <ChartFrame
      title={title}
      takeaway={takeaway}
      kind={kind}
      table={{
        columns: [text.month, ...series.map((one) => one.name)],
        rows: data.months.map((month, at) => [
          month,
          ...series.map((one) => write(one[measure][at] ?? 0)),
        ]),
      }}
      actions={
        <Select
          aria-label={text.measure}
          value={measure}
          onChange={(event) => setMeasure(event.target.value as 'orders' | 'revenue')}
          className="h-8 w-auto text-[13px]"
        >
          <option value="orders">{text.orders}</option>
          <option value="revenue">{text.revenue}</option>
        </Select>
      }
    >
      <div className="h-72" role="img" aria-label={`${title}. ${takeaway}`}>
        <ResponsiveContainer width="100%" height="100%">
          <LineChart data={points} margin={{ top: 4, right: 8, bottom: 0, left: -8 }} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="month"
              tickFormatter={(month: string) => formatMonth(`${month}-15`)}
              tick={{ fill: 'var(--ink-faint)', fontSize: 11 }}
              stroke="var(--line)"
              minTickGap={24}
            />
            <YAxis
              tickFormatter={(value: number) => formatCompact(value)}
              tick={{ fill: 'var(--ink-faint)', fontSize: 11 }}
              stroke="transparent"
              width={52}
            />
            <Tooltip
              {...tooltipLook}
              labelFormatter={(month) => formatMonth(`${String(month)}-15`)}
              formatter={(value, key) => [write(Number(value)), names.get(String(key)) ?? '']}
            />
            {series.length > 1 ? (
              <Legend
                formatter={(key) => names.get(String(key))}
                wrapperStyle={{ fontSize: 12 }}
              />
            ) : null}
            {series.map((one, at) => (
              <Line
                key={one.segment_key}
                dataKey={one.segment_key}
                stroke={colours[one.segment_key] ?? 'var(--primary)'}
                strokeDasharray={DASHES[at % DASHES.length] ?? ''}
                strokeWidth={2}
                dot={false}
                isAnimationActive={!still}
                type="monotone"
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </ChartFrame>
  )
}
