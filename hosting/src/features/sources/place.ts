/** Which source and run the screens of an analysis show. */
import { createContext, use } from 'react'

import type { useRun } from '@/features/sources/api'
import type { SourceDocument } from '@/features/sources/source'

export interface Place {
  source: SourceDocument
  run: string
  summary: ReturnType<typeof useRun>
  currency: string | null
  /** Of the run: in how many buckets its index of customers lies. */
  indexBuckets: number
}

/** Set by SourceLayout. */
export const PlaceContext = createContext<Place | null>(null)

/** The source and run that the screens below show. */
export function usePlace(): Place {
  const place = use(PlaceContext)
  if (!place) throw new Error('usePlace is for screens below SourceLayout')
  return place
}
