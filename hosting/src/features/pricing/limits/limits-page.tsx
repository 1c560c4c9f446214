import { useState } from 'react'

import { useAccount } from '@/data/auth'
import type { PricingSettings, Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { saveSettings, usePricingSettings, useProducts } from '@/features/pricing/api'
import { KillSwitch, SourceSwitch } from '@/features/pricing/kill-switch'
import { LimitFieldsets } from '@/features/pricing/limits/limit-fields'
import { OptOutCard } from '@/features/pricing/limits/opt-out-card'
import { draftOfSettings, type Problems, readSettings } from '@/features/pricing/limits/settings-draft'
import { text } from '@/features/pricing/limits/text'
import { Shown } from '@/features/pricing/shown'
import { PreviewCard } from '@/features/pricing/preview-card'
import { PricesPage } from '@/features/pricing/prices-page'
import { text as pricing } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Note } from '@/ui/states'

export function LimitsPage() {
  const { source } = usePlace()
  const settings = usePricingSettings(source.ref.uid)
  const products = useProducts(source.ref)
  return (
    <PricesPage title={text.title} note={text.note}>
      <Shown live={settings}>
        {(stored) => (
          <Shown live={products}>{(all) => <Limits settings={stored} products={all} />}</Shown>
        )}
      </Shown>
    </PricesPage>
  )
}

function Limits({ settings, products }: { settings: PricingSettings; products: Product[] }) {
  const { source } = usePlace()
  const owner = source.ref.uid
  const { mayChange } = useAccess(owner)
  return (
    <div className="space-y-4">
      <Card>
        <CardHead
          title={text.switches}
          note={text.switchesNote}
          actions={<KillSwitch owner={owner} settings={settings} />}
        />
        <CardBody className="pt-3">
          <SourceSwitch settings={settings} />
        </CardBody>
      </Card>
      <LimitsForm settings={settings} products={products} />
      {mayChange ? <OptOutCard /> : null}
    </div>
  )
}

export function LimitsForm({ settings, products }: { settings: PricingSettings; products: Product[] }) {
  const { source } = usePlace()
  const owner = source.ref.uid
  const { mayDelete: manages } = useAccess(owner)
  const account = useAccount()
  const [draft, setDraft] = useState(() => draftOfSettings(settings))
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [now] = useState(() => new Date())
  const read = readSettings(draft, settings, now)
  const problems: Problems = (tried && read.problems) || {}
  const save = async (): Promise<void> => {
    setTried(true)
    const { fields } = readSettings(draft, settings, new Date())
    if (!fields) return
    setBusy(true)
    await attempt(() => saveSettings(owner, fields), text.saved)
    setBusy(false)
  }
  const { kill, killed_sources } = settings
  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_26rem]">
      <form
        noValidate
        className="min-w-0"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <fieldset disabled={!manages} className="min-w-0 space-y-4">
          {manages ? null : <Note>{text.onlyAdmins}</Note>}
          <LimitFieldsets
            draft={draft}
            onChange={(change) => setDraft({ ...draft, ...change })}
            problems={problems}
            stored={settings}
            now={now}
            signer={account?.displayName || account?.email || ''}
          />
          {tried && read.problems ? (
            <Note tone="bad" role="alert">
              {text.fix}
            </Note>
          ) : null}
          {manages ? (
            <Button type="submit" look="primary" busy={busy}>
              {pricing.save}
            </Button>
          ) : null}
        </fieldset>
      </form>
      <div className="xl:sticky xl:top-18">
        <PreviewCard
          products={products}
          request={
            read.fields
              ? {
                  source: source.ref,
                  rule: null,
                  ruleId: null,
                  settings: { ...read.fields, kill, killed_sources },
                }
              : null
          }
        />
      </div>
    </div>
  )
}
