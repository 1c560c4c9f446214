import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'

import type { PriceTest, Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { usePricingSettings, useProducts } from '@/features/pricing/api'
import { removePriceTest, startPriceTest, stopPriceTest, usePriceTests } from '@/features/pricing/experiments/api'
import { raises, whyNoHigherArm } from '@/features/pricing/experiments/raises'
import { ReadingCard } from '@/features/pricing/experiments/reading-card'
import { TestEditor } from '@/features/pricing/experiments/test-editor'
import { StateBadge, testLine } from '@/features/pricing/experiments/tests-page'
import { text } from '@/features/pricing/experiments/text'
import { Shown } from '@/features/pricing/shown'
import { PricesPage } from '@/features/pricing/prices-page'
import { text as pricing } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { Button, buttonLook } from '@/ui/button'
import { Card, CardBody } from '@/ui/card'
import { Confirm } from '@/ui/dialog'
import { Note, State } from '@/ui/states'

export const NEW = 'new'

export function TestPage() {
  const { testId } = useParams({ from: '/m/$owner/s/$kind/$sourceId/prices/tests/$testId' })
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const tests = usePriceTests(source.ref)
  const products = useProducts(source.ref)
  const stored = tests.state === 'ready' ? tests.data.find(({ id }) => id === testId) : undefined
  const back = (
    <Link
      to="/m/$owner/s/$kind/$sourceId/prices/tests"
      params={{ owner, kind, sourceId }}
      search={{}}
      className={buttonLook({ look: 'quiet' })}
    >
      <ArrowLeft aria-hidden /> {text.all}
    </Link>
  )
  return (
    <PricesPage title={testId === NEW ? text.newTitle : (stored?.name ?? text.title)} actions={back}>
      <Shown live={tests}>
        {() => (
          <Shown live={products}>
            {(all) =>
              testId === NEW ? (
                <TestEditor stored={null} products={all} />
              ) : stored ? (
                <OneTest key={stored.id} test={stored} products={all} />
              ) : (
                <State title={text.missing}>{text.missingNote}</State>
              )
            }
          </Shown>
        )}
      </Shown>
    </PricesPage>
  )
}

function OneTest({ test, products }: { test: PriceTest; products: Product[] }) {
  const { source } = usePlace()
  const settings = usePricingSettings(source.ref.uid)
  const [day] = useState(() => new Date().toISOString().slice(0, 10))
  const asks = test.status === 'draft' && raises(test, products)
  const why = asks && settings.state === 'ready' ? whyNoHigherArm(settings.data, day) : null
  const mayStart = !asks || (settings.state === 'ready' && why === null)
  return (
    <div className="space-y-4">
      <Card>
        <CardBody className="flex flex-wrap items-center gap-3">
          <StateBadge status={test.status} />
          <p className="min-w-48 flex-1 basis-full text-[13px] sm:basis-0">{testLine(test)}</p>
          <TestActions test={test} blocked={!mayStart} />
        </CardBody>
      </Card>
      {why ? (
        <Note tone="bad" role="status">
          <p className="font-medium">{text.higher.title}</p>
          <p>
            {why} {text.higher.instead}
          </p>
        </Note>
      ) : null}
      {test.status === 'draft' ? (
        <TestEditor stored={test} products={products} />
      ) : (
        <ReadingCard test={test} products={products} />
      )}
    </div>
  )
}

function TestActions({ test, blocked }: { test: PriceTest; blocked: boolean }) {
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const { mayChange } = useAccess(owner)
  const navigate = useNavigate()
  const [asking, setAsking] = useState<'start' | 'stop' | 'remove' | null>(null)
  const [busy, setBusy] = useState(false)
  if (!mayChange || test.status === 'stopped') return null
  const act = async (action: () => Promise<void>, done: string): Promise<void> => {
    setBusy(true)
    await attempt(action, done)
    setBusy(false)
    setAsking(null)
  }
  const remove = async (): Promise<void> => {
    await removePriceTest(owner, test.id)
    await navigate({
      to: '/m/$owner/s/$kind/$sourceId/prices/tests',
      params: { owner, kind, sourceId },
      search: {},
    })
  }
  const asked = {
    start: {
      title: text.startTitle(test.name),
      note: text.startNote,
      label: text.start,
      act: () => act(() => startPriceTest(owner, test.id), text.started),
    },
    stop: {
      title: text.stopTitle(test.name),
      note: text.stopNote,
      label: text.stop,
      act: () => act(() => stopPriceTest(owner, test.id), text.stopped),
    },
    remove: {
      title: text.removeTitle(test.name),
      note: text.removeNote,
      label: text.remove,
      act: () => act(remove, text.removed),
    },
  }
  const question = asking ? asked[asking] : null
  return (
    <>
      {test.status === 'draft' ? (
        <>
          <Button look="quiet" onClick={() => setAsking('remove')}>
            {text.remove}
          </Button>
          <Button look="primary" disabled={blocked} onClick={() => setAsking('start')}>
            {text.start}
          </Button>
        </>
      ) : (
        <Button look="danger" onClick={() => setAsking('stop')}>
          {text.stop}
        </Button>
      )}
      {question ? (
        <Confirm
          open
          onOpenChange={(open) => (open ? undefined : setAsking(null))}
          title={question.title}
          cancelLabel={pricing.cancel}
          confirm={
            <Button look={asking === 'start' ? 'primary' : 'danger'} busy={busy} onClick={() => void question.act()}>
              {question.label}
            </Button>
          }
        >
          <p>{question.note}</p>
        </Confirm>
      ) : null}
    </>
  )
}
