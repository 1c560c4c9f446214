import { Link, useParams } from '@tanstack/react-router'
import { FileSpreadsheet, Plus } from 'lucide-react'
import { useEffect, useState } from 'react'

import type { Upload } from '@/data/documents'
import { formatAgo, formatCount, formatDateTime } from '@/data/format'
import { useAccess } from '@/features/accounts/access'
import { useUploads } from '@/features/sources/api'
import { SourceBadge } from '@/features/sources/source-badge'
import { FormatGuide } from '@/features/sources/csv/format-guide'
import { StatusBadge } from '@/features/sources/status-badge'
import { text } from '@/features/sources/csv/text'
import { text as sourceText } from '@/features/sources/text'
import { UploadActions } from '@/features/sources/csv/upload-actions'
import { buttonLook } from '@/ui/button'
import { Card } from '@/ui/card'
import { Progress } from '@/ui/progress'
import { Denied, Failed, Loading, State } from '@/ui/states'

export function UploadsPage() {
  const { owner } = useParams({ from: '/m/$owner/uploads' })
  const uploads = useUploads(owner)
  const { mayChange } = useAccess(owner)
  const now = useMinutes()

  if (uploads.state === 'loading') return <Loading label={text.loading} />
  if (uploads.state === 'denied') return <Denied title={text.denied} message={text.deniedNote} />
  if (uploads.state !== 'ready') {
    return (
      <Failed title={text.failed} message={uploads.state === 'failed' ? uploads.message : ''} />
    )
  }
  const start = mayChange ? (
    <Link to="/m/$owner/uploads/new" params={{ owner }} search={{}} className={buttonLook({ look: 'primary' })}>
      <Plus aria-hidden /> {text.new}
    </Link>
  ) : null
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">{text.title}</h1>
          <p className="mt-0.5 text-ink-soft">{text.note}</p>
        </div>
        <FormatGuide />
      </div>
      {uploads.data.length === 0 ? (
        <Card>
          <State title={text.empty} icon={FileSpreadsheet} action={start}>
            {text.emptyNote}
          </State>
        </Card>
      ) : (
        <ul className="space-y-2.5">
          {uploads.data.map((upload) => (
            <li key={upload.id}>
              <UploadCard owner={owner} upload={upload} all={uploads.data} now={now} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

interface UploadCardProps {
  owner: string
  upload: Upload
  all: Upload[]
  now: number
}

function UploadCard({ owner, upload, all, now }: UploadCardProps) {
  const base = all.find(({ id }) => id === upload.based_on?.upload_id)
  const { report } = upload
  const facts: [string, string][] = [
    [text.columns.customers, formatCount(upload.customer_count)],
    [text.columns.segments, formatCount(upload.segment_count)],
  ]
  return (
    <Card className="relative transition-colors hover:border-line-strong">
      <div className="flex items-start gap-3 p-3.5 sm:px-5">
        <div className="grid min-w-0 flex-1 gap-x-6 gap-y-2 md:grid-cols-[minmax(0,5fr)_minmax(0,3fr)_minmax(0,4fr)] md:items-center">
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-2">
              <Link
                to="/m/$owner/uploads/$uploadId"
                params={{ owner, uploadId: upload.id }}
                className="truncate font-semibold after:absolute after:inset-0 hover:text-primary-ink"
              >
                {upload.label || upload.file_name}
              </Link>
              <SourceBadge kind="csv" />
            </div>
            <p className="mt-0.5 truncate text-xs text-ink-soft">
              <time dateTime={upload.created_at?.toISOString()} title={formatDateTime(upload.created_at)}>
                {formatAgo(upload.created_at, now)}
              </time>
              {upload.based_on
                ? ` · ${text.version(upload.based_on.mode, base?.label || base?.file_name || text.earlier)}`
                : ''}
            </p>
          </div>
          <div className="min-w-0">
            <StatusBadge status={upload.status} />
            {upload.status === 'running' ? (
              <div className="mt-2 max-w-48">
                <Progress value={upload.progress ?? null} label={sourceText.job.progress} />
              </div>
            ) : upload.status === 'failed' && upload.error ? (
              <p className="mt-1 truncate text-xs text-bad" title={upload.error.message}>
                {upload.error.message}
              </p>
            ) : null}
          </div>
          <dl className="figures grid grid-cols-3 gap-3 text-[13px]">
            <div>
              <dt className="text-xs text-ink-soft">{text.columns.rows}</dt>
              <dd className="font-medium">{formatCount(report?.rows_accepted)}</dd>
              {report?.rows_rejected ? (
                <dd className="text-xs text-bad">{text.rejected(formatCount(report.rows_rejected))}</dd>
              ) : null}
            </div>
            {facts.map(([label, value]) => (
              <div key={label}>
                <dt className="text-xs text-ink-soft">{label}</dt>
                <dd className="font-medium">{value}</dd>
              </div>
            ))}
          </dl>
        </div>
        <div className="relative z-10 -mr-1.5">
          <UploadActions owner={owner} upload={upload} />
        </div>
      </div>
    </Card>
  )
}

/** The time, anew each minute, for 'how long ago'. */
function useMinutes(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return now
}
