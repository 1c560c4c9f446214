import type * as z from 'zod'

import { formatCount } from '@/data/format'
import type { hourData } from '@/features/segments/charts/chart-data'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { heat } from '@/features/segments/charts/colours'
import { text } from '@/features/segments/charts/text'
import { ScrollArea } from '@/ui/scroll-area'

interface HourHeatmapProps extends ChartHead {
  data: z.infer<typeof hourData>
}

/** Orders by weekday and hour. */
export function HourHeatmap({ title, takeaway, kind, data }: HourHeatmapProps) {
  const most = Math.max(1, ...data.orders.flat())
  const hour = (at: number): string => `${String(at).padStart(2, '0')}:00`
  return (
    <ChartFrame
      title={title}
      takeaway={takeaway}
      kind={kind}
      table={{
        columns: [text.hour, ...text.weekdays],
        rows: data.hours.map((at) => [
          hour(at),
          ...text.weekdays.map((_, day) => formatCount(data.orders[day]?.[at])),
        ]),
      }}
    >
      <ScrollArea label={title}>
        <table className="w-full min-w-[26rem] table-fixed border-separate border-spacing-0.5 text-[10px]">
          <thead>
            <tr className="text-ink-soft">
              <th scope="col" className="w-9">
                <span className="sr-only">{text.weekday}</span>
              </th>
              {data.hours.map((at) => (
                <th key={at} scope="col" className="figures font-normal">
                  {at % 3 === 0 ? at : <span className="sr-only">{at}</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {text.weekdays.map((day, d) => (
              <tr key={day}>
                <th scope="row" className="pr-1 text-left text-[11px] font-medium text-ink-soft">
                  {text.weekdaysShort[d]}
                </th>
                {data.hours.map((at) => {
                  const orders = data.orders[d]?.[at] ?? 0
                  return (
                    <td
                      key={at}
                      title={text.hourCell(day, hour(at), formatCount(orders))}
                      className="h-7 rounded-[3px] outline outline-1 -outline-offset-1 outline-line"
                      style={heat(orders / most)}
                    >
                      <span className="sr-only">{formatCount(orders)}</span>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </ChartFrame>
  )
}
