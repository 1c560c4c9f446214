import { useNavigate, useSearch } from '@tanstack/react-router'
import { Search } from 'lucide-react'
import { useState } from 'react'

import type { Segment } from '@/data/documents'
import { whatFailed } from '@/data/failure'
import { formatCount } from '@/data/format'
import { findEntry } from '@/features/customers/api'
import { CustomersTable } from '@/features/customers/customers-table'
import type { Sorting } from '@/features/customers/rows'
import { text } from '@/features/customers/text'
import { SourceHead } from '@/features/sources/source-head'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Field, Input, Select } from '@/ui/field'

const ROUTE = '/m/$owner/s/$kind/$sourceId/customers'

/** Customers of one segment, a page of 500 at a time; segment, sorting and filter are in the URL. */
export function CustomersScreen({ segments }: { segments: [Segment, ...Segment[]] }) {
  const search = useSearch({ from: ROUTE })
  const { source } = usePlace()
  const navigate = useNavigate()
  const params = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }

  const segment = segments.find((one) => one.segment_key === search.segment) ?? segments[0]
  const sorting: Sorting | null = search.sort
    ? { by: search.sort, descending: search.dir === 'desc' }
    : null
  // The URL follows a moment later: were it shown here, letters typed meanwhile would be lost.
  const [filter, setFilter] = useState(search.q ?? '')
  const change = (fields: Partial<typeof search>): void => {
    void navigate({
      to: ROUTE,
      params,
      search: { ...search, ...fields },
      replace: true,
      resetScroll: false,
    })
  }
  return (
    <>
      <SourceHead title={text.customers.title} />
      <div className="mb-4 grid items-end gap-3 sm:grid-cols-2 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_minmax(0,1.4fr)]">
        <Field label={text.customers.segment}>
          {(control) => (
            <Select
              {...control}
              value={segment.segment_key}
              onChange={(event) => change({ segment: event.target.value })}
            >
              {segments.map((one) => (
                <option key={one.id} value={one.segment_key}>
                  {one.name} ({formatCount(one.customer_count)})
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={text.customers.filter}>
          {(control) => (
            <Input
              {...control}
              type="search"
              value={filter}
              onChange={({ target: { value } }) => {
                setFilter(value)
                change({ q: value || undefined })
              }}
            />
          )}
        </Field>
        <FindById />
      </div>
      <CustomersTable
        key={segment.id}
        segment={segment}
        filter={filter}
        sorting={sorting}
        onSort={(next) =>
          change({
            sort: next?.by,
            dir: next ? (next.descending ? 'desc' : 'asc') : undefined,
          })
        }
      />
    </>
  )
}

/** One get by key, whatever the number of customers. */
function FindById() {
  const { source, run, summary, indexBuckets } = usePlace()
  const isKnown = summary.state !== 'loading' // in how many buckets this run's customers lie
  const navigate = useNavigate()
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)

  const find = async (id: string): Promise<void> => {
    setProblem('')
    setBusy(true)
    try {
      const entry = await findEntry(source.ref, run, id, indexBuckets)
      if (!entry) {
        setProblem(text.customers.notFound(id))
        return
      }
      await navigate({
        to: '/m/$owner/s/$kind/$sourceId/customer',
        params: { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id },
        search: { id, ...(run === source.currentRun ? {} : { run }) },
      })
    } catch (error) {
      setProblem(whatFailed(error).message)
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      role="search"
      className="sm:col-span-2 lg:col-span-1"
      onSubmit={(event) => {
        event.preventDefault()
        const id = String(new FormData(event.currentTarget).get('id')).trim()
        if (id && isKnown) void find(id)
      }}
    >
      <Field label={text.customers.find} error={problem || undefined}>
        {(control) => (
          <div className="flex gap-2">
            <Input {...control} name="id" autoComplete="off" maxLength={256} />
            <Button type="submit" busy={busy} disabled={!isKnown}>
              {busy ? null : <Search aria-hidden />} {text.customers.findButton}
            </Button>
          </div>
        )}
      </Field>
    </form>
  )
}
