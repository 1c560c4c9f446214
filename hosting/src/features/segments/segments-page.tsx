import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'

import { whatFailed } from '@/data/failure'
import { CSV } from '@/data/paths'
import { segmentColours } from '@/features/segments/charts/colours'
import { RfmHeatmap } from '@/features/segments/rfm-heatmap'
import { SegmentCard } from '@/features/segments/segment-card'
import { SourceHead } from '@/features/sources/source-head'
import { useSegments } from '@/features/segments/api'
import { text } from '@/features/segments/text'
import { Totals } from '@/features/segments/totals'
import { usePlace } from '@/features/sources/place'
import { EmotionHeatmap } from '@/features/texts/emotion-heatmap'
import { TextsNote } from '@/features/texts/texts-note'
import { Failed, Loading, State } from '@/ui/states'
import { Tabs } from '@/ui/tabs'

const RunCharts = lazy(() =>
  import('@/features/segments/run-charts').then(({ RunCharts }) => ({ default: RunCharts })),
)

/** The overview of a source: segment cards first, charts behind tabs. */
export function SegmentsPage() {
  const { source, run } = usePlace()
  const { tab = 'segments', run: chosen } = useSearch({ from: '/m/$owner/s/$kind/$sourceId/' })
  const navigate = useNavigate()
  const segments = useSegments(source.ref, run)
  const shown = useMemo(() => segments.data ?? [], [segments.data])
  const colours = useMemo(
    () => segmentColours(shown.map((segment) => segment.segment_key)),
    [shown],
  )
  const params = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }
  const openSegment = (segmentKey: string): void => {
    void navigate({
      to: '/m/$owner/s/$kind/$sourceId/segments/$segmentKey',
      params: { ...params, segmentKey },
      search: chosen ? { run: chosen } : {},
    })
  }

  if (segments.isPending) return <Loading label={text.loading} />
  if (segments.isError) {
    return <Failed title={text.failed} message={whatFailed(segments.error).message} />
  }
  if (shown.length === 0) {
    return (
      <State page title={text.none}>
        {source.ref.kind === CSV ? text.noneNote : text.noneNoteShop}
      </State>
    )
  }

  const charts = (which: 'map' | 'behaviour' | 'value') => (
    <Suspense fallback={<Loading label={text.loading} />}>
      <RunCharts which={which} segments={shown} colours={colours} onOpen={openSegment} />
    </Suspense>
  )
  return (
    <>
      <SourceHead title={text.title} />
      <div className="mb-5">
        <Totals />
      </div>
      {run === source.currentRun ? (
        <div className="mb-4 empty:hidden">
          <TextsNote state={source.textsState} />
        </div>
      ) : null}
      <Tabs
        label={text.tabs.label}
        value={tab}
        onChange={(next) =>
          void navigate({
            to: '/m/$owner/s/$kind/$sourceId',
            params,
            search: {
              ...(chosen ? { run: chosen } : {}),
              ...(next === 'segments' ? {} : { tab: next }),
            },
            resetScroll: false,
          })
        }
        tabs={[
          {
            value: 'segments',
            label: text.tabs.segments,
            content: (
              <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
                {shown.map((segment) => (
                  <li key={segment.id} className="grid">
                    <SegmentCard
                      source={source.ref}
                      run={chosen}
                      segment={segment}
                      colour={colours[segment.segment_key] ?? 'var(--primary)'}
                    />
                  </li>
                ))}
              </ul>
            ),
          },
          { value: 'map', label: text.tabs.map, content: charts('map') },
          {
            value: 'behaviour',
            label: text.tabs.behaviour,
            content: (
              <div className="space-y-4">
                <RfmHeatmap segments={shown} kind={source.ref.kind} onOpen={openSegment} />
                {charts('behaviour')}
              </div>
            ),
          },
          {
            value: 'feelings',
            label: text.tabs.feelings,
            content: (
              <EmotionHeatmap
                segments={shown}
                kind={source.ref.kind}
                textsState={source.textsState}
                onOpen={openSegment}
              />
            ),
          },
          { value: 'value', label: text.tabs.value, content: charts('value') },
        ]}
      />
    </>
  )
}
