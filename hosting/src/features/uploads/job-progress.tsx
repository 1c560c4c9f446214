import { Check, LoaderCircle } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'

import { STAGES, type Upload } from '@/data/documents'
import { formatCount } from '@/data/format'
import { useAccess } from '@/features/accounts/access'
import { cancelJob, sourceOf } from '@/features/uploads/jobs'
import { text } from '@/features/uploads/text'
import { attempt } from '@/features/uploads/attempt'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Progress } from '@/ui/progress'

/** Stage and progress of a running job, live. */
export function JobProgress({ owner, upload }: { owner: string; upload: Upload }) {
  const { mayChange } = useAccess(owner)
  const [asked, setAsked] = useState(false)
  const stages = upload.generate_segments ? STAGES : STAGES.slice(0, 2)
  const at = upload.stage ? stages.indexOf(upload.stage) : -1
  const stopping = asked || upload.cancel_requested === true

  const counts = (['rows', 'customers', 'texts'] as const).flatMap((what) => {
    const count = upload.counts?.[what]
    return count ? [text.counts[what](formatCount(count))] : []
  })

  const said = useRef(upload.stage)
  useEffect(() => {
    if (upload.stage && said.current !== upload.stage) announce(text.stages[upload.stage] ?? '')
    said.current = upload.stage
  }, [upload.stage])

  return (
    <Card>
      <CardHead
        title={upload.stage ? (text.stages[upload.stage] ?? '') : text.status['queued']}
        note={upload.status === 'queued' ? text.page.queued : text.page.running}
        actions={
          mayChange ? (
            <Button
              disabled={stopping}
              onClick={async () => {
                setAsked(true)
                const done = await attempt(() => cancelJob(sourceOf(owner, upload.id)), text.page.cancelling)
                if (!done) setAsked(false)
              }}
            >
              {stopping ? text.page.cancelling : text.page.cancel}
            </Button>
          ) : null
        }
      />
      <CardBody className="pt-4">
        <Progress value={upload.progress ?? 0} label={text.page.jobProgress} />
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
