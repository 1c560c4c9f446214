import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ArrowRight, ChevronLeft } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

import type { Upload } from '@/data/documents'
import { formatCount } from '@/data/format'
import { csvSource } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { SourceBadge } from '@/features/sources/source-badge'
import { CheckedCard } from '@/features/sources/csv/checked-card'
import { JobProgress } from '@/features/sources/job-progress'
import { regenerateSegments } from '@/features/sources/api'
import { useUpload } from '@/features/sources/csv/api'
import { NeedsMapping } from '@/features/sources/csv/needs-mapping'
import { Notices, ReadingDetails, ReportCard } from '@/features/sources/csv/report-card'
import { StatusBadge } from '@/features/sources/status-badge'
import { StoredRowsCard } from '@/features/sources/csv/stored-rows'
import { text } from '@/features/sources/csv/text'
import { text as sourceText } from '@/features/sources/text'
import { useTransfer } from '@/features/sources/csv/transfers'
import { attempt } from '@/features/accounts/attempt'
import { RegenerateDialog } from '@/features/sources/regenerate-dialog'
import { UploadActions } from '@/features/sources/csv/upload-actions'
import { Versions } from '@/features/sources/csv/versions'
import { WaitingForFile } from '@/features/sources/csv/waiting-for-file'
import { Button, buttonLook } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Denied, Failed, Loading, Note, State } from '@/ui/states'

/** What was begun with one upload, edits of its rows say, isn't gone on with in another. */
export function UploadPage() {
  const { owner, uploadId } = useParams({ from: '/m/$owner/uploads/$uploadId' })
  return <OneUpload key={uploadId} owner={owner} uploadId={uploadId} />
}

function OneUpload({ owner, uploadId }: { owner: string; uploadId: string }) {
  const upload = useUpload(owner, uploadId)
  const navigate = useNavigate()
  useOpenWhenReady(owner, upload.state === 'ready' ? upload.data : null)

  if (upload.state === 'loading') return <Loading label={text.page.loading} />
  if (upload.state === 'denied') return <Denied title={text.denied} message={text.deniedNote} />
  if (upload.state === 'failed') return <Failed title={text.page.failed} message={upload.message} />
  const back = (
    <Link
      to="/m/$owner/uploads"
      params={{ owner }}
      className="inline-flex items-center gap-1 text-[13px] font-medium text-ink-soft hover:text-ink"
    >
      <ChevronLeft className="size-4" aria-hidden /> {text.page.all}
    </Link>
  )
  if (upload.state === 'missing') {
    return (
      <State page title={text.page.missing} action={back}>
        {text.page.missingNote}
      </State>
    )
  }
  const current = upload.data
  return (
    <div className="mx-auto max-w-4xl space-y-4">
      {back}
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight break-words">
            {current.label || current.file_name}
          </h1>
          <div className="mt-1.5 flex flex-wrap items-center gap-2">
            <SourceBadge kind="csv" label={current.file_name} />
            <StatusBadge status={current.status} />
          </div>
        </div>
        <UploadActions
          owner={owner}
          upload={current}
          onDeleted={() => void navigate({ to: '/m/$owner/uploads', params: { owner } })}
        />
      </div>
      <Current owner={owner} upload={current} />
      {current.same_as ? (
        <Note>
          {text.page.sameAs}{' '}
          <Link
            to="/m/$owner/uploads/$uploadId"
            params={{ owner, uploadId: current.same_as }}
            className="font-medium underline underline-offset-4"
          >
            {text.page.sameOpen}
          </Link>
        </Note>
      ) : null}
      <Notices upload={current} />
      {current.report ? <ReportCard owner={owner} upload={current} /> : null}
      {current.detected ? <ReadingDetails upload={current} /> : null}
      {current.report && current.status !== 'deleting' ? (
        <StoredRowsCard owner={owner} upload={current} />
      ) : null}
      <Versions owner={owner} upload={current} />
    </div>
  )
}

/** What is happening now, or what to do next. */
function Current({ owner, upload }: { owner: string; upload: Upload }) {
  const { mayChange } = useAccess(owner)
  const transfer = useTransfer(upload.id)
  const [regenerating, setRegenerating] = useState(false)
  const [busy, setBusy] = useState(false)
  const source = csvSource(owner, upload.id)
  const results = upload.current_run ? (
    <Link
      to="/m/$owner/s/$kind/$sourceId"
      params={{ owner, kind: 'csv', sourceId: upload.id }}
      search={{}}
      className={buttonLook({ look: upload.status === 'ready' ? 'primary' : 'secondary' })}
    >
      {upload.status === 'ready' ? text.page.open : text.page.openOld} <ArrowRight aria-hidden />
    </Link>
  ) : null

  switch (upload.status) {
    case 'waiting_for_file':
      return <WaitingForFile owner={owner} upload={upload} transfer={transfer} />
    case 'queued':
    case 'running':
      return <JobProgress source={source} job={upload} />
    case 'needs_mapping':
      return <NeedsMapping owner={owner} upload={upload} />
    case 'checked':
      return <CheckedCard owner={owner} upload={upload} />
    case 'deleting':
      return <Note role="status">{text.page.deleting}</Note>
    case 'cancelled':
    case 'failed':
      return (
        <Card className={upload.status === 'failed' ? 'border-l-4 border-l-bad-solid' : ''}>
          <CardHead
            title={upload.status === 'failed' ? text.page.failedTitle : sourceText.status['cancelled']}
            note={upload.status === 'failed' ? undefined : text.page.cancelled}
          />
          <CardBody className="pt-2">
            {upload.error && upload.status === 'failed' ? (
              <div role="alert">
                <p className="font-medium text-bad">{upload.error.message}</p>
                {upload.error.hint ? <p className="mt-1">{upload.error.hint}</p> : null}
              </div>
            ) : null}
            <div className="mt-4 flex flex-wrap gap-2">
              {mayChange ? (
                <>
                  <Link
                    to="/m/$owner/uploads/new"
                    params={{ owner }}
                    search={{}}
                    className={buttonLook({ look: upload.status === 'failed' ? 'primary' : 'secondary' })}
                  >
                    {text.page.again}
                  </Link>
                  <Button
                    look={upload.status === 'failed' ? 'secondary' : 'primary'}
                    busy={busy}
                    onClick={async () => {
                      setBusy(true)
                      await attempt(() => regenerateSegments(source), sourceText.job.queuedAgain)
                      setBusy(false)
                    }}
                  >
                    {upload.status === 'failed' ? text.page.retry : text.page.retryNow}
                  </Button>
                </>
              ) : null}
              {results}
            </div>
          </CardBody>
        </Card>
      )
    case 'ready':
      return (
        <Card className="border-l-4 border-l-good">
          <CardHead
            title={upload.current_run ? text.page.ready : sourceText.status['ready']}
            note={
              upload.current_run
                ? text.page.readyNote(
                    formatCount(upload.segment_count),
                    formatCount(upload.customer_count),
                  )
                : text.page.readNote
            }
          />
          <CardBody className="flex flex-wrap gap-2 pt-3">
            {results}
            {mayChange ? (
              <Button
                look={upload.current_run ? 'secondary' : 'primary'}
                onClick={() => setRegenerating(true)}
              >
                {upload.current_run ? text.page.regenerate : text.page.regenerateNow}
              </Button>
            ) : null}
            <RegenerateDialog
              source={source}
              usual={upload.options?.['algorithm']}
              open={regenerating}
              onOpenChange={setRegenerating}
            />
          </CardBody>
        </Card>
      )
  }
}

/** Open the result of a job that ends while this page watches it. */
function useOpenWhenReady(owner: string, upload: Upload | null): void {
  const navigate = useNavigate()
  const watched = useRef('')
  useEffect(() => {
    if (!upload) return
    if (['waiting_for_file', 'queued', 'running'].includes(upload.status)) {
      watched.current = upload.id
    }
    if (watched.current === upload.id && upload.status === 'ready' && upload.current_run) {
      watched.current = ''
      void navigate({
        to: '/m/$owner/s/$kind/$sourceId',
        params: { owner, kind: 'csv', sourceId: upload.id },
        search: {},
      })
    }
  }, [navigate, owner, upload])
}
