import { Link } from '@tanstack/react-router'
import { Store } from 'lucide-react'

import { UPLOAD_STATES, type UploadState } from '@/data/documents'
import { JobProgress } from '@/features/sources/job-progress'
import type { SourceDocument } from '@/features/sources/source'
import { SourceBadge } from '@/features/sources/source-badge'
import { StatusBadge } from '@/features/sources/status-badge'
import { text } from '@/features/sources/text'
import { buttonLook } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { State } from '@/ui/states'

function isKnown(status: string): status is UploadState {
  return (UPLOAD_STATES as readonly string[]).includes(status)
}

/** A connected shop before its first segments: what its job does now, or what stopped it. */
export function ShopWithoutResults({ source }: { source: SourceDocument }) {
  const { ref, label, job } = source
  const isBusy = job.status === 'queued' || job.status === 'running'
  return (
    <div className="mx-auto max-w-4xl space-y-4">
      <div>
        <h1 className="text-xl font-semibold tracking-tight break-words">{label}</h1>
        <div className="mt-1.5 flex flex-wrap items-center gap-2">
          <SourceBadge kind={ref.kind} />
          {isKnown(job.status) ? <StatusBadge status={job.status} /> : null}
        </div>
      </div>
      {isBusy ? (
        <JobProgress source={ref} job={job} />
      ) : job.status === 'failed' ? (
        <Card className="border-l-4 border-l-bad-solid">
          <CardHead title={text.shop.failed} />
          <CardBody className="space-y-1 pt-3" role="alert">
            <p className="font-medium text-bad">{job.error?.message || text.shop.failedNote}</p>
            {job.error?.hint ? <p>{job.error.hint}</p> : null}
          </CardBody>
        </Card>
      ) : (
        <Card>
          <State
            title={text.shop.none}
            icon={Store}
            action={
              <Link
                to="/m/$owner/shops/$kind/$sourceId"
                params={{ owner: ref.uid, kind: ref.kind, sourceId: ref.id }}
                className={buttonLook({ look: 'primary' })}
              >
                {text.shop.open}
              </Link>
            }
          >
            {text.shop.noneNote}
          </State>
        </Card>
      )}
    </div>
  )
}
