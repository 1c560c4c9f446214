import { Link, Outlet, useParams, useSearch } from '@tanstack/react-router'

import { CSV } from '@/data/paths'
import { useRun, useSource } from '@/features/sources/api'
import { PlaceContext } from '@/features/sources/place'
import { ShopWithoutResults } from '@/features/sources/shop-without-results'
import { text } from '@/features/sources/text'
import { buttonLook } from '@/ui/button'
import { Denied, Failed, Loading, State } from '@/ui/states'

/** Finds the source and run that a URL names, for the screens below; says so where there is nothing to show. */
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
  if (!run && kind !== CSV) return <ShopWithoutResults source={source.data} />
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
