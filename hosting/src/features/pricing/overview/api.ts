/** Counts for the overview of prices. */
import { useQuery } from '@tanstack/react-query'

import { paths, type SourceRef } from '@/data/paths'

/** How many quotes of a source the price history holds. */
export function useQuoteCount(source: SourceRef) {
  return useQuery({
    queryKey: ['price-history-count', source],
    queryFn: async () => {
      const { countMatching } = await import('@/data/firestore')
      return countMatching(paths.priceHistory(source.uid), {
        'source.kind': source.kind,
        'source.id': source.id,
      })
    },
    staleTime: 60_000,
  })
}
