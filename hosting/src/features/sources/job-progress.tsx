import { Check, LoaderCircle } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

import { type Job, STAGES } from '@/data/documents'
import { formatCount } from '@/data/format'
import { CSV, type SourceRef } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { cancelJob } from '@/features/sources/api'
import { text } from '@/features/sources/text'
import { attempt } from '@/features/accounts/attempt'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Progress } from '@/ui/progress'

/** Stage and progress of a running job, live. */
export function JobProgress({ source, job }: { source: SourceRef; job: Job }) {
  const { mayChange } = useAccess(source.uid)
  const notes = source.kind === CSV ? text.job.upload : text.job.shop
  const [asked, setAsked] = useState(false)
  const stages = job.generate_segments ? STAGES : STAGES.slice(0, 2)
  const at = job.stage ? stages.indexOf(job.stage) : -1
  const stopping = asked || job.cancel_requested === true

  const counts = (['rows', 'customers', 'texts'] as const).flatMap((what) => {
    const count = job.counts?.[what]
    return count ? [text.counts[what](formatCount(count))] : []
  })

  const said = useRef(job.stage)
  useEffect(() => {
    if (job.stage && said.current !== job.stage) announce(text.stages[job.stage] ?? '')
    said.current = job.stage
  }, [job.stage])

  return (
    <Card>
      <CardHead
        title={job.stage ? (text.stages[job.stage] ?? '') : text.status['queued']}
        note={job.status === 'queued' ? notes.queued : notes.running}
        actions={
          mayChange ? (
            <Button
              disabled={stopping}
              onClick={async () => {
                setAsked(true)
                const done = await attempt(() => cancelJob(source), text.job.cancelling)
                if (!done) setAsked(false)
              }}
            >
              {stopping ? text.job.cancelling : text.job.cancel}
            </Button>
          ) : null
        }
      />
      <CardBody className="pt-4">
        <Progress value={job.progress ?? 0} label={text.job.progress} />
        <ol className="mt-4 grid gap-x-4 gap-y-2 sm:grid-cols-3">
          {stages.map((stage, position) => {
            const done = position < at
            const now = position === at
            return (
              <li
                key={stage}
                aria-current={now ? 'step' : undefined}
                className={classes(
                  'flex items-center gap-2 text-[13px]',
                  now ? 'font-semibold' : done ? 'text-ink-soft' : 'text-ink-faint',
                )}
              >
                <span
                  aria-hidden
                  className={classes(
                    'grid size-5 shrink-0 place-items-center rounded-full border border-line-strong text-[11px]',
                    done && 'border-transparent bg-good-soft text-good',
                    now && 'border-transparent bg-primary-soft text-primary-ink',
                  )}
                >
                  {done ? (
                    <Check className="size-3" />
                  ) : now ? (
                    <LoaderCircle className="size-3 animate-spin" />
                  ) : (
                    position + 1
                  )}
                </span>
                {text.stages[stage]}
              </li>
            )
          })}
        </ol>
        {counts.length ? (
          <p className="figures mt-4 text-[13px] text-ink-soft">{counts.join(' · ')}</p>
        ) : null}
      </CardBody>
    </Card>
  )
}
