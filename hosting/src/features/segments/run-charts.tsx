import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type * as z from 'zod'

import type { Segment } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { BoundedChart } from '@/features/predicting/bounded-chart'
import { AffinityChart } from '@/features/segments/charts/affinity-chart'
import * as shapes from '@/features/segments/charts/chart-data'
import { CustomerMap } from '@/features/segments/charts/customer-map'
import { GapsChart } from '@/features/segments/charts/gaps-chart'
import { GroupsChart } from '@/features/segments/charts/groups-chart'
import { HourHeatmap } from '@/features/segments/charts/hour-heatmap'
import { MovementChart } from '@/features/segments/charts/movement-chart'
import { PredictionChart } from '@/features/predicting/prediction-chart'
import { text as charts } from '@/features/segments/charts/text'
import { text as predicting } from '@/features/predicting/text'
import { TimeChart } from '@/features/segments/charts/time-chart'
import { ValueChart } from '@/features/segments/charts/value-chart'
import { useChart } from '@/features/segments/api'
import { text } from '@/features/segments/text'
import { usePlace } from '@/features/sources/place'
import { Card } from '@/ui/card'
import { Failed, Skeleton, State } from '@/ui/states'

interface RunChartsProps {
  which: 'map' | 'behaviour' | 'value'
  segments: Segment[]
  colours: Record<string, string>
  onOpen: (segmentKey: string) => void
}

export function RunCharts({ which, segments, colours, onOpen }: RunChartsProps) {
  const { source, run, currency } = usePlace()
  const navigate = useNavigate()
  const { kind } = source.ref
  const params = { owner: source.ref.uid, kind, sourceId: source.ref.id }

  if (which === 'map') {
    return (
      <OneChart name="map" schema={shapes.mapData} absent={text.map}>
        {(data, head) => (
          <CustomerMap
            {...head}
            kind={kind}
            data={data}
            colours={colours}
            onOpen={(id) =>
              void navigate({
                to: '/m/$owner/s/$kind/$sourceId/customer',
                params,
                search: { id, ...(run === source.currentRun ? {} : { run }) },
              })
            }
          />
        )}
      </OneChart>
    )
  }
  if (which === 'behaviour') {
    return (
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
        <div className="xl:col-span-2">
          <OneChart name="orders_by_time" schema={shapes.timeData}>
            {(data, head) => (
              <TimeChart {...head} kind={kind} data={data} colours={colours} currency={currency} />
            )}
          </OneChart>
        </div>
        <OneChart name="orders_by_hour" schema={shapes.hourData}>
          {(data, head) => <HourHeatmap {...head} kind={kind} data={data} />}
        </OneChart>
        <GapsChart segments={segments} kind={kind} colours={colours} onOpen={onOpen} />
        <OneChart name="affinity" schema={shapes.affinityData}>
          {(data, head) => <AffinityChart {...head} kind={kind} data={data} />}
        </OneChart>
        <OneChart name="dimensions" schema={shapes.groupsData}>
          {(data, head) => <GroupsChart {...head} kind={kind} data={data} currency={currency} />}
        </OneChart>
      </div>
    )
  }
  return (
    <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
      <OneChart name="value" schema={shapes.valueData}>
        {(data, head) => <ValueChart {...head} kind={kind} data={data} colours={colours} onOpen={onOpen} />}
      </OneChart>
      <OneChart
        name="movement"
        schema={shapes.movementData}
        absent={{ empty: charts.noMovement, emptyNote: '' }}
      >
        {(data, head) => <MovementChart {...head} kind={kind} data={data} onOpen={onOpen} />}
      </OneChart>
      <BoundedChart which="churn" segments={segments} kind={kind} colours={colours} currency={currency} onOpen={onOpen} />
      <BoundedChart which="ltv" segments={segments} kind={kind} colours={colours} currency={currency} onOpen={onOpen} />
      <div className="xl:col-span-2">
        <OneChart
          name="prediction"
          schema={shapes.predictionData}
          absent={{ empty: predicting.churn.none, emptyNote: '' }}
        >
          {(data, head) => <PredictionChart {...head} kind={kind} data={data} currency={currency} />}
        </OneChart>
      </div>
    </div>
  )
}

const TITLES = { ...charts.titles, prediction: predicting.prediction.title }

interface OneChartProps<S extends z.ZodType> {
  name: keyof typeof TITLES
  schema: S
  absent?: { empty: string; emptyNote: string }
  children: (data: z.infer<S>, head: { title: string; takeaway: string }) => ReactNode
}

/** One stored chart with its states; what isn't shaped as agreed isn't drawn. */
function OneChart<S extends z.ZodType>({ name, schema, absent, children }: OneChartProps<S>) {
  const { source, run } = usePlace()
  const chart = useChart(source.ref, run, name)
  if (chart.isPending) {
    return (
      <div role="status">
        <span className="sr-only">{charts.loading}</span>
        <Skeleton className="h-80 w-full rounded-xl" />
      </div>
    )
  }
  if (chart.isError) {
    return (
      <Card>
        <Failed inside title={charts.failed} message={whatFailed(chart.error).message} />
      </Card>
    )
  }
  const data = chart.data ? schema.safeParse(chart.data.data) : null
  if (!chart.data || !data?.success) {
    return (
      <Card className="self-start">
        <State title={absent?.empty ?? charts.absent}>{absent?.emptyNote}</State>
      </Card>
    )
  }
  return children(data.data, { title: TITLES[name], takeaway: chart.data.takeaway })
}
