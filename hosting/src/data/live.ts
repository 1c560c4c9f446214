/** Live documents in the query cache: one listener per path, shared by whoever shows it. */
import { hashKey, skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type * as z from 'zod'

import { parseStored } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import type { SourceRef } from '@/data/paths'

export type Live<T> =
  | { state: 'loading' }
  | { state: 'ready'; data: T }
  | { state: 'missing' }
  | { state: 'denied' }
  | { state: 'failed'; message: string }

const LOADING = { state: 'loading' } as const

/**
 * Nothing is kept that nobody follows: what was so when somebody last looked would be shown, and
 * filled into forms, as what is.
 */
const FOLLOWED = { queryFn: skipToken as typeof skipToken, gcTime: 0 }

function failed(error: unknown): Live<never> {
  const failure = whatFailed(error)
  return failure.denied ? { state: 'denied' } : { state: 'failed', message: failure.message }
}

/** Follow one document; what doesn't pass `schema` is shown as a failure, never as data. */
export function useLiveDocument<S extends z.ZodType>(
  path: string | null,
  schema: S,
): Live<z.infer<S>> {
  const client = useQueryClient()
  const { data } = useQuery<Live<z.infer<S>>>({ queryKey: ['live', path], ...FOLLOWED })
  useEffect(() => {
    if (!path) return undefined
    const put = (value: Live<z.infer<S>>): void => {
      client.setQueryData(['live', path], value)
    }
    return follow(async () => {
      const { watchDocument } = await import('@/data/firestore')
      return watchDocument(
        path,
        (stored) => {
          if (!stored) return put({ state: 'missing' })
          const parsed = schema.safeParse({ ...(stored.data as object), id: stored.id })
          return put(
            parsed.success
              ? { state: 'ready', data: parsed.data }
              : { state: 'failed', message: `This document isn't as expected: ${path}` },
          )
        },
        (error) => put(failed(error)),
      )
    })
  }, [client, path, schema])
  return data ?? LOADING
}

/** Follow the newest documents of a collection; those that don't pass `schema` are left out. */
export function useLiveNewest<S extends z.ZodType>(
  path: string | null,
  field: string | null,
  schema: S,
  most = 100,
): Live<z.infer<S>[]> {
  const client = useQueryClient()
  const { data } = useQuery<Live<z.infer<S>[]>>({
    queryKey: ['live', path, field, most],
    ...FOLLOWED,
  })
  useEffect(() => {
    if (!path) return undefined
    const put = (value: Live<z.infer<S>[]>): void => {
      client.setQueryData(['live', path, field, most], value)
    }
    return follow(async () => {
      const { watchNewest } = await import('@/data/firestore')
      return watchNewest(
        path,
        field,
        most,
        (stored) =>
          put({
            state: 'ready',
            data: stored.flatMap((one) => {
              const parsed = schema.safeParse({ ...(one.data as object), id: one.id })
              return parsed.success ? [parsed.data] : []
            }),
          }),
        (error) => put(failed(error)),
      )
    })
  }, [client, path, field, schema, most])
  return data ?? LOADING
}

/**
 * Follow at most `most` of a merchant's documents about one source; those that don't pass `schema`
 * are left out.
 */
export function useLiveOfSource<S extends z.ZodType>(
  path: string,
  { kind, id }: SourceRef,
  schema: S,
  most: number,
): Live<z.infer<S>[]> {
  const client = useQueryClient()
  const { data } = useQuery<Live<z.infer<S>[]>>({
    queryKey: ['live', path, kind, id, most],
    ...FOLLOWED,
    // Where more are asked for, those that are there stay.
    placeholderData: (before: Live<z.infer<S>[]> | undefined, query: { queryKey: readonly unknown[] } | undefined) =>
      hashKey(query?.queryKey.slice(0, 4) ?? []) === hashKey(['live', path, kind, id]) ? before : undefined,
  })
  useEffect(() => {
    const put = (value: Live<z.infer<S>[]>): void => {
      client.setQueryData(['live', path, kind, id, most], value)
    }
    return follow(async () => {
      const { watchMatching } = await import('@/data/firestore')
      return watchMatching(
        path,
        { 'source.kind': kind, 'source.id': id },
        most,
        (stored) =>
          put({ state: 'ready', data: stored.flatMap((one) => parseStored(schema, one)) }),
        (error) => put(failed(error)),
      )
    })
  }, [client, path, kind, id, schema, most])
  return data ?? LOADING
}

function follow(subscribe: () => Promise<() => void>): () => void {
  let closed = false
  let stop: (() => void) | undefined
  void subscribe().then((unsubscribe) => {
    stop = unsubscribe
    if (closed) stop()
  })
  return () => {
    closed = true
    stop?.()
  }
}
