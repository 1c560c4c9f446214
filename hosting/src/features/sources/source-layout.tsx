import { Link, Outlet, useParams, useSearch } from '@tanstack/react-router'
import { createContext, use } from 'react'

import { useRun, useSource } from '@/features/sources/api'
import type { SourceDocument } from '@/features/sources/source'
import { text } from '@/features/sources/text'
import { buttonLook } from '@/ui/button'
import { Denied, Failed, Loading, State } from '@/ui/states'

export interface Place {
  source: SourceDocument
  run: string
  summary: ReturnType<typeof useRun>
  currency: string | null
  /** Of the run: in how many buckets its index of customers lies. */
  indexBuckets: number
}

const PlaceContext = createContext<Place | null>(null)

/** The source and run that the screens below show. */
export function usePlace(): Place {
  const place = use(PlaceContext)
  if (!place) throw new Error('usePlace is for screens below SourceLayout')
  return place
}

export function SourceLayout() {
  const { owner, kind, sourceId } = useParams({ from: '/m/$owner/s/$kind/$sourceId' })
  const { run: chosen } = useSearch({ from: '/m/$owner/s/$kind/$sourceId' })
  const source = useSource({ uid: owner, kind, id: sourceId })
  const run = source.state === 'ready' ? (chosen ?? source.data.currentRun) : null
  const summary = useRun(source.state === 'ready' ? source.data.ref : null, run)
  if (source.state === 'loading') return <Loading label={text.loading} />
  if (source.state === 'denied') return <Denied title={text.denied} message={text.deniedNote} />
  if (source.state === 'failed') return <Failed title={text.failed} message={source.message} />
  if (source.state === 'missing') {
    return (
      <State
        page
        title={text.missing}
        action={
          <Link to="/m/$owner" params={{ owner }} className={buttonLook({ look: 'primary' })}>
            {text.back}
          </Link>
        }
      >
        {text.missingNote}
      </State>
    )
  }
  if (!run) {
    return (
      <State
        page
        title={text.noResults}
        action={
          <Link
            to="/m/$owner/uploads/$uploadId"
            params={{ owner, uploadId: sourceId }}
            className={buttonLook({ look: 'primary' })}
          >
            {text.openUpload}
          </Link>
        }
      >
        {text.noResultsNote}
      </State>
    )
  }
  const currency =
    (summary.state === 'ready' ? summary.data.totals?.currency : null) ?? source.data.currency
  const indexBuckets =
    (summary.state === 'ready' ? summary.data.index_buckets : null) ?? source.data.indexBuckets
  return (
    <PlaceContext value={{ source: source.data, run, summary, currency, indexBuckets }}>
      <Outlet />
    </PlaceContext>
  )
}
