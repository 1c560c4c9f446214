import {
  PolarAngleAxis,
  PolarGrid,
  PolarRadiusAxis,
  Radar,
  RadarChart as Base,
  ResponsiveContainer,
} from 'recharts'

import { formatNumber } from '@/data/format'
import { ChartFrame, type ChartHead } from '@/features/segments/charts/chart-frame'
import { useStill } from '@/features/segments/charts/look'
import { text } from '@/features/segments/charts/text'

export interface RadarAxis {
  name: string
  /** 0-1 within the segments of the run. */
  value: number
  mean: number
}

interface RadarProps extends ChartHead {
  name: string
  others: string
  axes: RadarAxis[]
  colour: string
}

const LINE = 12 // characters; more would leave a phone's card at the sides

/** The words of an axis, broken into short lines. */
function linesOf(name: string): string[] {
  const lines: string[] = []
  for (const word of name.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < LINE) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

interface AxisNameProps {
  x: number | string
  y: number | string
  textAnchor: 'start' | 'middle' | 'end' | 'inherit'
  payload: { value: string }
}

function AxisName({ x, y, textAnchor, payload }: AxisNameProps) {
  const lines = linesOf(payload.value)
  return (
    <text x={x} y={y} textAnchor={textAnchor} fill="var(--ink-soft)" fontSize={11}>
      {lines.map((line, at) => (
        <tspan key={line} x={x} dy={at === 0 ? `${0.35 - (lines.length - 1) * 0.55}em` : '1.1em'}>
          {line}
        </tspan>
      ))}
    </text>
  )
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
          <Base data={axes} outerRadius="64%" accessibilityLayer={false}>
            <PolarGrid stroke="var(--line)" />
            <PolarAngleAxis dataKey="name" tick={AxisName} />
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
