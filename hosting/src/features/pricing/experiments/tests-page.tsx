import { Link } from '@tanstack/react-router'
import { FlaskConical, Plus } from 'lucide-react'

import { formatCount, formatDate, formatShare } from '@/data/format'
import type { PriceTest } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { usePriceTests } from '@/features/pricing/experiments/api'
import { text } from '@/features/pricing/experiments/text'
import { Shown } from '@/features/pricing/shown'
import { PricesPage } from '@/features/pricing/prices-page'
import { usePlace } from '@/features/sources/place'
import { Badge } from '@/ui/badge'
import { buttonLook } from '@/ui/button'
import { Card } from '@/ui/card'
import { State } from '@/ui/states'

const ORDER = { running: 0, draft: 1, stopped: 2 }

export function TestsPage() {
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const { mayChange } = useAccess(owner)
  const tests = usePriceTests(source.ref)
  const add = mayChange ? (
    <Link
      to="/m/$owner/s/$kind/$sourceId/prices/tests/$testId"
      params={{ owner, kind, sourceId, testId: 'new' }}
      search={{}}
      className={buttonLook({ look: 'primary' })}
    >
      <Plus aria-hidden /> {text.add}
    </Link>
  ) : null
  return (
    <PricesPage title={text.title} note={text.note} actions={add}>
      <Shown live={tests}>
        {(found) =>
          found.length === 0 ? (
            <Card>
              <State title={text.none} icon={FlaskConical} action={add}>
                {text.noneNote}
              </State>
            </Card>
          ) : (
            <ul aria-label={text.list} className="grid gap-3 lg:grid-cols-2">
              {found
                .toSorted(
                  (left, right) =>
                    ORDER[left.status] - ORDER[right.status] || left.name.localeCompare(right.name),
                )
                .map((test) => (
                  <li key={test.id}>
                    <TestCard test={test} />
                  </li>
                ))}
            </ul>
          )
        }
      </Shown>
    </PricesPage>
  )
}

export function StateBadge({ status }: { status: PriceTest['status'] }) {
  const tone = status === 'running' ? 'good' : status === 'draft' ? 'pricing' : 'plain'
  return <Badge tone={tone}>{text.states[status]}</Badge>
}

/** What a test is about, in a line. */
export function testLine(test: PriceTest): string {
  const days =
    test.starts && test.ends
      ? text.span(formatDate(test.starts), formatDate(test.ends))
      : test.starts
        ? text.since(formatDate(test.starts))
        : ''
  return [
    test.products.length === 1 ? text.oneProduct : text.products(formatCount(test.products.length)),
    text.armsCount(formatCount(test.arms.length)),
    text.holdoutShare(formatShare(test.holdout)),
    days,
  ]
    .filter(Boolean)
    .join(' · ')
}

function TestCard({ test }: { test: PriceTest }) {
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  return (
    <Card className="relative h-full p-4 transition-shadow hover:shadow-raised">
      <div className="flex items-start justify-between gap-3">
        <h2 className="min-w-0 text-[15px] font-semibold break-words">
          <Link
            to="/m/$owner/s/$kind/$sourceId/prices/tests/$testId"
            params={{ owner, kind, sourceId, testId: test.id }}
            search={{}}
            className="after:absolute after:inset-0"
          >
            {test.name}
          </Link>
        </h2>
        <StateBadge status={test.status} />
      </div>
      <p className="mt-1 text-[13px] text-ink-soft">{testLine(test)}</p>
    </Card>
  )
}
