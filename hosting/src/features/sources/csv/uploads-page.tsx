import { Link, useParams } from '@tanstack/react-router'
import { FileSpreadsheet, Plus } from 'lucide-react'
import { useEffect, useState } from 'react'

import type { Upload } from '@/data/documents'
import { formatAgo, formatCount, formatDateTime } from '@/data/format'
import { useAccess } from '@/features/accounts/access'
import { useUploads } from '@/features/sources/api'
import { CARD_LINK, SourceCard, SourceList } from '@/features/sources/source-list'
import { FormatGuide } from '@/features/sources/csv/format-guide'
import { StatusBadge } from '@/features/sources/status-badge'
import { text } from '@/features/sources/csv/text'
import { UploadActions } from '@/features/sources/csv/upload-actions'
import { buttonLook } from '@/ui/button'

export function UploadsPage() {
  const { owner } = useParams({ from: '/m/$owner/uploads' })
  const uploads = useUploads(owner)
  const { mayChange } = useAccess(owner)
  const now = useMinutes()
  const start = mayChange ? (
    <Link to="/m/$owner/uploads/new" params={{ owner }} search={{}} className={buttonLook({ look: 'primary' })}>
      <Plus aria-hidden /> {text.new}
    </Link>
  ) : null
  return (
    <SourceList
      sources={uploads}
      words={text}
      icon={FileSpreadsheet}
      start={start}
      beside={<FormatGuide />}
      renderCard={(upload, all) => <UploadCard owner={owner} upload={upload} all={all} now={now} />}
    />
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
  return (
    <SourceCard
      kind="csv"
      link={
        <Link
          to="/m/$owner/uploads/$uploadId"
          params={{ owner, uploadId: upload.id }}
          className={CARD_LINK}
        >
          {upload.label || upload.file_name}
        </Link>
      }
      below={
        <>
          <time dateTime={upload.created_at?.toISOString()} title={formatDateTime(upload.created_at)}>
            {formatAgo(upload.created_at, now)}
          </time>
          {upload.based_on
            ? ` · ${text.version(upload.based_on.mode, base?.label || base?.file_name || text.earlier)}`
            : ''}
        </>
      }
      badge={<StatusBadge status={upload.status} />}
      progress={upload.status === 'running' ? (upload.progress ?? null) : undefined}
      problem={upload.status === 'failed' ? upload.error?.message : null}
      figures={[
        {
          label: text.columns.rows,
          value: formatCount(report?.rows_accepted),
          problem: report?.rows_rejected ? text.rejected(formatCount(report.rows_rejected)) : undefined,
        },
        { label: text.columns.customers, value: formatCount(upload.customer_count) },
        { label: text.columns.segments, value: formatCount(upload.segment_count) },
      ]}
      actions={<UploadActions owner={owner} upload={upload} />}
    />
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
