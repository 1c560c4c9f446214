/** For tests: a source with results, and the place of the screens that show it. */
import { runSchema } from '@/data/documents'
import { csvSource } from '@/data/paths'
import type { Place } from '@/features/sources/place'
import { fromUpload, type SourceDocument } from '@/features/sources/source'
import { makeUpload } from '@/testing'

export function makeSource(fields: Partial<SourceDocument> = {}): SourceDocument {
  const upload = makeUpload({ id: 's1', current_run: 'r1', customer_count: 200, segment_count: 6 })
  return { ...fromUpload('m1', upload), ref: csvSource('m1', 's1'), ...fields }
}

export function makePlace(fields: Partial<Place> = {}): Place {
  return {
    source: makeSource(),
    run: 'r1',
    summary: { state: 'ready', data: runSchema.parse({ id: 'r1', index_buckets: 4 }) },
    currency: 'EUR',
    indexBuckets: 4,
    ...fields,
  }
}
