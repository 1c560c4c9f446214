import { Sparkles } from 'lucide-react'
import { useEffect, useState } from 'react'

import { whatFailed } from '@/data/failure'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { useProducts } from '@/features/pricing/api'
import { type Learning, learningOf, learnPrices, usePriceModels } from '@/features/pricing/elasticity/api'
import { ElasticityChart } from '@/features/pricing/elasticity/elasticity-chart'
import { SegmentTraits } from '@/features/pricing/elasticity/segment-traits'
import { SuggestionsCard } from '@/features/pricing/elasticity/suggestions-card'
import { text } from '@/features/pricing/elasticity/text'
import { PricesPage } from '@/features/pricing/prices-page'
import { Shown } from '@/features/pricing/shown'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { Failed, Loading, Note, State } from '@/ui/states'

export function ElasticityPage() {
  const { summary } = usePlace()
  const isKnown = summary.state !== 'loading'
  const learning = summary.state === 'ready' ? learningOf(summary.data) : null
  const stopped = useIsPast(learning?.state === 'learning' ? (learning.lease_until ?? null) : null)
  const busy = learning?.state === 'queued' || (learning?.state === 'learning' && !stopped)
  return (
    <PricesPage title={text.title} note={text.note} actions={isKnown ? <LearnButton busy={busy} /> : null}>
      {learning && busy ? <Note role="status">{text.states[learning.state]}</Note> : null}
      {stopped ? (
        <Note tone="bad" role="alert">
          {text.learnStopped}
        </Note>
      ) : null}
      {learning?.state === 'failed' ? (
        <Note tone="bad" role="alert">
          <p className="font-medium">{text.learnFailed}</p>
          <p>
            {learning.error?.message} {learning.error?.hint}
          </p>
        </Note>
      ) : null}
      {learning?.state === 'ready' ? (
        <WhatWasLearnt learning={learning} />
      ) : busy ? null : !isKnown ? (
        <Loading label={text.loading} />
      ) : (
        <Card>
          <State title={text.none} icon={Sparkles}>
            {text.noneNote}
          </State>
        </Card>
      )}
    </PricesPage>
  )
}

/** Whether a moment has passed; looked at again when it does. */
function useIsPast(moment: Date | null): boolean {
  const [now, setNow] = useState(() => Date.now())
  const at = moment?.getTime() ?? null
  useEffect(() => {
    if (at === null) return
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, at - Date.now()) + 1000)
    return () => clearTimeout(timer)
  }, [at])
  return at !== null && at < now
}

function WhatWasLearnt({ learning }: { learning: Learning }) {
  const { source, run } = usePlace()
  const products = useProducts(source.ref)
  const models = usePriceModels(source.ref, run, learning)
  if (models.isPending) return <Loading label={text.loading} />
  if (models.isError) {
    return <Failed inside title={text.failed} message={whatFailed(models.error).message} />
  }
  return (
    <Shown live={products}>
      {(all) => (
        <>
          <ElasticityChart models={models.data} pooled={learning.pooled} products={all} />
          <SegmentTraits models={models.data} />
          {run === source.currentRun ? <SuggestionsCard products={all} /> : null}
        </>
      )}
    </Shown>
  )
}

function LearnButton({ busy }: { busy: boolean }) {
  const { source } = usePlace()
  const { mayChange } = useAccess(source.ref.uid)
  const [asking, setAsking] = useState(false)
  if (!mayChange) return null
  const learn = async (): Promise<void> => {
    setAsking(true)
    await attempt(() => learnPrices(source.ref), text.asked)
    setAsking(false)
  }
  return (
    <Button look="primary" busy={busy || asking} onClick={() => void learn()}>
      <Sparkles aria-hidden /> {text.learn}
    </Button>
  )
}
