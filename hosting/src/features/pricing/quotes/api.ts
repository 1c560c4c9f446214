/** Quotes: one that is worked out, one that is given, and those that were given before. */
import { useInfiniteQuery } from '@tanstack/react-query'
import * as z from 'zod'

import { parseStored } from '@/data/documents'
import { paths, type SourceRef } from '@/data/paths'
import { type Quote, quoteSchema } from '@/data/prices'

const previewReply = z.looseObject({ quotes: z.array(quoteSchema) })

/** What a customer would pay for a product now. Nothing is stored. */
export async function lookAtPrice(
  source: SourceRef,
  customerId: string,
  productId: string,
): Promise<Quote | null> {
  const { callFunction } = await import('@/data/functions')
  const request = { source, product_id: productId, customer_ids: [customerId] }
  const { quotes } = await callFunction('preview_prices', request, previewReply)
  return quotes[0] ?? null
}

/** Quote a price as a shop would: it goes into the price history and holds. */
export async function giveQuote(
  source: SourceRef,
  customerId: string,
  productId: string,
): Promise<Quote> {
  const { callFunction } = await import('@/data/functions')
  const request = { source, customer_id: customerId, product_id: productId }
  return callFunction('quote_price', request, quoteSchema)
}

/** Of whom and what: by one of the two, or of all. */
export type HistoryOf = { product_id: string } | { customer_id: string } | Record<string, never>

const PAGE = 25

interface HistoryPage {
  quotes: Quote[]
  next: unknown
}

/** The price history of a source, a page at a time. */
export function usePriceHistory(source: SourceRef, of: HistoryOf) {
  return useInfiniteQuery({
    queryKey: ['price-history', source, of],
    queryFn: async ({ pageParam }): Promise<HistoryPage> => {
      const { getNewestMatching } = await import('@/data/firestore')
      const { found, next } = await getNewestMatching(
        paths.priceHistory(source.uid),
        { 'source.kind': source.kind, 'source.id': source.id, ...of },
        'created_at',
        { after: pageParam as Parameters<typeof getNewestMatching>[3]['after'], most: PAGE },
      )
      return { quotes: found.flatMap((one) => parseStored(quoteSchema, one)), next }
    },
    initialPageParam: null as unknown,
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 0,
  })
}
