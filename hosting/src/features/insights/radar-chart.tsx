import {
  PolarAngleAxis,
  PolarGrid,
  PolarRadiusAxis,
  Radar,
  RadarChart as Base,
  ResponsiveContainer,
} from 'recharts'

import { formatNumber } from '@/data/format'
import { ChartFrame } from '@/features/insights/chart-frame'
import { useStill } from '@/features/insights/look'
import { text } from '@/features/insights/text'

export interface RadarAxis {
  name: string
  /** 0-1 within the segments of the run. */
  value: number
  mean: number
}

interface RadarProps {
  title: string
  takeaway: string
  kind: string
  name: string
  others: string
  axes: RadarAxis[]
  colour: string
}

/** One segment's profile against the mean of all. */
export function SegmentRadar({ title, takeaway, kind, name, others, axes, colour }: RadarProps) {
  const still = useStill()
  return (
    <ChartFrame
      title={title}
      takeaway={takeaway}
      kind={kind}
      table={{
        columns: [text.radar.axis, name, others],
        rows: axes.map((axis) => [axis.name, formatNumber(axis.value, 2), formatNumber(axis.mean, 2)]),
      }}
    >
      <div className="h-72" role="img" aria-label={`${title}. ${takeaway}`}>
        <ResponsiveContainer width="100%" height="100%">
          <Base data={axes} outerRadius="70%" accessibilityLayer={false}>
            <PolarGrid stroke="var(--line)" />
            <PolarAngleAxis dataKey="name" tick={{ fill: 'var(--ink-soft)', fontSize: 11 }} />
            <PolarRadiusAxis domain={[0, 1]} tick={false} axisLine={false} />
            <Radar
              name={others}
              dataKey="mean"
              stroke="var(--ink-faint)"
              strokeDasharray="4 3"
              fill="transparent"
              isAnimationActive={!still}
            />
            <Radar
              name={name}
              dataKey="value"
              stroke={colour}
              strokeWidth={2}
              fill={colour}
              fillOpacity={0.2}
              isAnimationActive={!still}
            />
          </Base>
        </ResponsiveContainer>
      </div>
    </ChartFrame>
  )
}
