import { Link, useNavigate } from '@tanstack/react-router'
import { Download, Printer } from 'lucide-react'
import type { ReactNode } from 'react'

import { formatDate, formatDateTime } from '@/data/format'
import { useRuns } from '@/features/sources/api'
import { text } from '@/features/sources/text'
import { exportCustomers } from '@/features/sources/api'
import { SourceBadge } from '@/features/sources/source-badge'
import { usePlace } from '@/features/sources/place'
import { whatFailed } from '@/data/failure'
import { announce } from '@/ui/announce'
import { Button, buttonLook } from '@/ui/button'
import { Select } from '@/ui/field'
import { Menu, MenuItem } from '@/ui/menu'
import { Note } from '@/ui/states'

/** Title of an analysis screen: which data, which run, as of when; export and report. */
export function SourceHead({ title, children }: { title: ReactNode; children?: ReactNode }) {
  const { source, run, summary } = usePlace()
  const navigate = useNavigate()
  const runs = useRuns(source.ref)
  const asOf = summary.state === 'ready' ? summary.data.as_of : null
  const params = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }
  const current = run === source.currentRun

  const save = async (format: 'csv' | 'json'): Promise<void> => {
    announce(text.exporting.making)
    try {
      await exportCustomers(source.ref, format, source.label)
      announce(text.exporting.done)
    } catch (error) {
      announce(whatFailed(error).message, 'bad')
    }
  }

  return (
    <div className="mb-4 space-y-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          <div className="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-[13px] text-ink-soft">
            <SourceBadge kind={source.ref.kind} label={source.label} />
            {asOf ? <span>{text.asOf(formatDate(asOf))}</span> : null}
          </div>
        </div>
        <div className="no-print flex flex-wrap items-center gap-2">
          {runs.length > 1 ? (
            <Select
              aria-label={text.runs.label}
              className="w-auto max-w-56"
              value={run}
              onChange={(event) =>
                void navigate({
                  to: '/m/$owner/s/$kind/$sourceId',
                  params,
                  search: event.target.value === source.currentRun ? {} : { run: event.target.value },
                })
              }
            >
              {runs.map((one) => (
                <option key={one.id} value={one.id}>
                  {formatDateTime(one.finished_at)}
                  {one.id === source.currentRun ? ` (${text.runs.current})` : ''}
                </option>
              ))}
            </Select>
          ) : null}
          {children}
          <Link
            to="/m/$owner/s/$kind/$sourceId/report"
            params={params}
            search={current ? {} : { run }}
            className={buttonLook()}
          >
            <Printer aria-hidden /> {text.exporting.print}
          </Link>
          {current ? (
            <Menu
              trigger={
                <Button>
                  <Download aria-hidden /> {text.exporting.button}
                </Button>
              }
            >
              <MenuItem onSelect={() => void save('csv')}>{text.exporting.csv}</MenuItem>
              <MenuItem onSelect={() => void save('json')}>{text.exporting.json}</MenuItem>
            </Menu>
          ) : null}
        </div>
      </div>
      {current ? null : (
        <Note tone="pricing">
          {text.runs.old}{' '}
          <Link
            to="/m/$owner/s/$kind/$sourceId"
            params={params}
            search={{}}
            className="font-medium underline underline-offset-4"
          >
            {text.runs.latest}
          </Link>
        </Note>
      )}
    </div>
  )
}
