import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ArrowLeft, Trash2 } from 'lucide-react'
import { useState } from 'react'

import type { PricingSettings, Product, Rule } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { removeRule, saveRule, usePricingSettings, useProducts, useRules } from '@/features/pricing/api'
import { currencyOf } from '@/features/pricing/audience'
import { Shown } from '@/features/pricing/shown'
import { PreviewCard } from '@/features/pricing/preview-card'
import { PricesPage } from '@/features/pricing/prices-page'
import { draftOf, emptyDraft, type Problems, readDraft, type RuleDraft } from '@/features/pricing/rules/rule-draft'
import { RuleFieldsets } from '@/features/pricing/rules/rule-fields'
import { text } from '@/features/pricing/rules/text'
import { text as pricing } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { Button, buttonLook } from '@/ui/button'
import { Confirm } from '@/ui/dialog'
import { Note, State } from '@/ui/states'

export const NEW = 'new'

export function RulePage() {
  const { ruleId } = useParams({ from: '/m/$owner/s/$kind/$sourceId/prices/rules/$ruleId' })
  const { source } = usePlace()
  const rules = useRules(source.ref)
  const products = useProducts(source.ref)
  const settings = usePricingSettings(source.ref.uid)
  const { owner, kind, sourceId } = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }
  const back = (
    <Link
      to="/m/$owner/s/$kind/$sourceId/prices/rules"
      params={{ owner, kind, sourceId }}
      search={{}}
      className={buttonLook({ look: 'quiet' })}
    >
      <ArrowLeft aria-hidden /> {text.all}
    </Link>
  )
  const stored = rules.state === 'ready' ? rules.data.find(({ id }) => id === ruleId) : undefined
  return (
    <PricesPage title={ruleId === NEW ? text.newTitle : (stored?.name ?? text.title)} actions={back}>
      <Shown live={rules}>
        {() =>
          ruleId !== NEW && !stored ? (
            <State title={text.missing}>{text.missingNote}</State>
          ) : (
            <Shown live={products}>
              {(all) => (
                <Shown live={settings}>
                  {(limits) => (
                    <RuleEditor key={ruleId} stored={stored ?? null} products={all} settings={limits} />
                  )}
                </Shown>
              )}
            </Shown>
          )
        }
      </Shown>
    </PricesPage>
  )
}

interface RuleEditorProps {
  stored: Rule | null
  products: Product[]
  settings: PricingSettings
}

export function RuleEditor({ stored, products, settings }: RuleEditorProps) {
  const { source, currency } = usePlace()
  const { mayChange } = useAccess(source.ref.uid)
  const navigate = useNavigate()
  const money = currencyOf(products, currency)
  const [draft, setDraft] = useState<RuleDraft>(() =>
    stored ? draftOf(stored, money) : emptyDraft(settings.zone),
  )
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const read = readDraft(draft, source.ref, money)
  const problems: Problems = (tried && read.problems) || {}
  const { uid: owner, kind, id: sourceId } = source.ref
  const leave = () =>
    navigate({
      to: '/m/$owner/s/$kind/$sourceId/prices/rules',
      params: { owner, kind, sourceId },
      search: {},
    })

  const save = async (): Promise<void> => {
    setTried(true)
    if (!read.rule) return
    const { rule } = read
    setBusy(true)
    const done = await attempt(() => saveRule(owner, stored?.id ?? null, rule), text.saved)
    setBusy(false)
    if (done) await leave()
  }
  const remove = async (): Promise<void> => {
    if (!stored) return
    setBusy(true)
    const done = await attempt(() => removeRule(owner, stored.id), text.removed)
    setBusy(false)
    setAsking(false)
    if (done) await leave()
  }

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
        <fieldset disabled={!mayChange} className="min-w-0 space-y-4">
          <RuleFieldsets
            draft={draft}
            onChange={(change) => setDraft({ ...draft, ...change })}
            problems={problems}
            products={products}
            currency={money}
            premiums={settings.premiums.enabled}
          />
          {tried && read.problems ? (
            <Note tone="bad" role="alert">
              {text.problems.fix}
            </Note>
          ) : null}
          {mayChange ? (
            <div className="flex flex-wrap gap-2">
              <Button type="submit" look="primary" busy={busy}>
                {pricing.save}
              </Button>
              <Button onClick={() => void leave()}>{pricing.cancel}</Button>
              {stored ? (
                <Button look="quiet" className="ml-auto" onClick={() => setAsking(true)}>
                  <Trash2 aria-hidden /> {pricing.remove}
                </Button>
              ) : null}
            </div>
          ) : null}
        </fieldset>
      </form>
      <div className="xl:sticky xl:top-18">
        <PreviewCard
          products={products}
          request={
            read.rule
              ? { source: source.ref, rule: read.rule, ruleId: stored?.id ?? null, settings: null }
              : named(draft, source.ref, money)
          }
        />
      </div>
      {stored ? (
        <Confirm
          open={asking}
          onOpenChange={setAsking}
          title={text.removeTitle(stored.name)}
          cancelLabel={pricing.cancel}
          confirm={
            <Button look="danger" busy={busy} onClick={() => void remove()}>
              {pricing.remove}
            </Button>
          }
        >
          <p>{text.removeNote}</p>
        </Confirm>
      ) : null}
    </div>
  )

  /** A rule that only lacks its name can be looked at already. */
  function named(unnamed: RuleDraft, ref: typeof source.ref, code: string) {
    const { rule } = readDraft({ ...unnamed, name: unnamed.name || text.newTitle }, ref, code)
    return rule ? { source: ref, rule, ruleId: stored?.id ?? null, settings: null } : null
  }
}
