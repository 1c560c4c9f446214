import { Link } from '@tanstack/react-router'
import { BadgePercent, Plus } from 'lucide-react'

import type { Product, Rule } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { setRuleActive, useProducts, useRules } from '@/features/pricing/api'
import { choicesOf, currencyOf, useAudience } from '@/features/pricing/audience'
import { Shown } from '@/features/pricing/shown'
import { PricesPage } from '@/features/pricing/prices-page'
import { scopeText, whenText, whoText } from '@/features/pricing/rules/rule-words'
import { text } from '@/features/pricing/rules/text'
import { effectText } from '@/features/pricing/words'
import { usePlace } from '@/features/sources/place'
import { Badge } from '@/ui/badge'
import { buttonLook } from '@/ui/button'
import { Card } from '@/ui/card'
import { State } from '@/ui/states'
import { Switch } from '@/ui/switch'

export function RulesPage() {
  const { source } = usePlace()
  const { mayChange } = useAccess(source.ref.uid)
  const rules = useRules(source.ref)
  const products = useProducts(source.ref)
  const params = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }
  const add = mayChange ? (
    <Link
      to="/m/$owner/s/$kind/$sourceId/prices/rules/$ruleId"
      params={{ ...params, ruleId: 'new' }}
      search={{}}
      className={buttonLook({ look: 'primary' })}
    >
      <Plus aria-hidden /> {text.add}
    </Link>
  ) : null
  return (
    <PricesPage title={text.title} note={text.note} actions={add}>
      <Shown live={rules}>
        {(found) =>
          found.length === 0 ? (
            <Card>
              <State title={text.none} icon={BadgePercent} action={add}>
                {text.noneNote}
              </State>
            </Card>
          ) : (
            <Shown live={products}>{(all) => <RuleList rules={found} products={all} />}</Shown>
          )
        }
      </Shown>
    </PricesPage>
  )
}

/** In the order in which they are looked at: highest priority first. */
export function inOrder(rules: Rule[]): Rule[] {
  return rules.toSorted(
    (left, right) => right.priority - left.priority || left.name.localeCompare(right.name),
  )
}

function RuleList({ rules, products }: { rules: Rule[]; products: Product[] }) {
  const { source, currency } = usePlace()
  const audience = useAudience()
  const { mayChange } = useAccess(source.ref.uid)
  const { uid: owner, kind, id: sourceId } = source.ref
  const money = currencyOf(products, currency)
  const choices = choicesOf(products)
  return (
    <ul aria-label={text.list} className="grid gap-3 xl:grid-cols-2">
      {inOrder(rules).map((rule) => (
        <li key={rule.id}>
          <Card className={`h-full p-4 ${rule.active ? '' : 'bg-sunken'}`}>
            <div className="flex items-start justify-between gap-3">
              <div className="min-w-0">
                <h2 className="text-[15px] leading-6 font-semibold break-words">
                  <Link
                    to="/m/$owner/s/$kind/$sourceId/prices/rules/$ruleId"
                    params={{ owner, kind, sourceId, ruleId: rule.id }}
                    search={{}}
                    className="underline-offset-4 hover:underline"
                  >
                    {rule.name}
                  </Link>
                </h2>
                <p className="mt-0.5 font-medium text-pricing">{effectText(rule.effect, money)}</p>
              </div>
              <div className="flex shrink-0 items-center gap-2">
                {rule.exclusive ? <Badge>{text.exclusive}</Badge> : null}
                <Switch
                  label={<span className="sr-only">{text.activeOf(rule.name)}</span>}
                  checked={rule.active}
                  disabled={!mayChange}
                  onChange={(active) =>
                    void attempt(
                      () => setRuleActive(owner, rule.id, active),
                      active ? text.switchedOn : text.switchedOff,
                    )
                  }
                />
              </div>
            </div>
            <dl className="mt-3 grid gap-x-4 gap-y-1 text-[13px] sm:grid-cols-2">
              <Row label={text.columns.who} value={whoText(rule, audience)} />
              <Row label={text.columns.what} value={scopeText(rule, choices)} />
              <Row label={text.columns.when} value={whenText(rule)} />
              <Row label={text.columns.priority} value={String(rule.priority)} />
            </dl>
          </Card>
        </li>
      ))}
    </ul>
  )
}

function Row({ label, value }: { label: string; value: string }) {
  return (
    <div className="flex min-w-0 gap-2">
      <dt className="shrink-0 text-ink-soft">{label}</dt>
      <dd className="min-w-0 break-words">{value}</dd>
    </div>
  )
}
