import { Link } from '@tanstack/react-router'
import { CircleAlert, Power } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { formatCount } from '@/data/format'
import type { PricingSettings, Product, Rule } from '@/data/prices'
import { useProducts, usePricingSettings, useRules } from '@/features/pricing/api'
import { KillSwitch } from '@/features/pricing/kill-switch'
import { placeName, whoBlocksPrices } from '@/features/pricing/limits/law'
import { Shown } from '@/features/pricing/shown'
import { useQuoteCount } from '@/features/pricing/overview/api'
import { FirstRun } from '@/features/pricing/overview/first-run'
import { text } from '@/features/pricing/overview/text'
import { PreviewCard } from '@/features/pricing/preview-card'
import { PricesPage, usePricesAreOn } from '@/features/pricing/prices-page'
import { text as pricing } from '@/features/pricing/text'
import { useSegments } from '@/features/segments/api'
import { usePlace } from '@/features/sources/place'
import { Card, CardBody, CardHead, Figure } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Loading } from '@/ui/states'

export function PricesOverviewPage() {
  const { source } = usePlace()
  const rules = useRules(source.ref)
  const products = useProducts(source.ref)
  const settings = usePricingSettings(source.ref.uid)
  return (
    <PricesPage title={pricing.title} note={text.note}>
      <Shown live={settings}>
        {(limits) => (
          <Shown live={products}>
            {(all) => (
              <Shown live={rules}>
                {(found) =>
                  found.length === 0 ? (
                    <First products={all} settings={limits} />
                  ) : (
                    <Overview rules={found} products={all} settings={limits} />
                  )
                }
              </Shown>
            )}
          </Shown>
        )}
      </Shown>
    </PricesPage>
  )
}

function First({ products, settings }: { products: Product[]; settings: PricingSettings }) {
  const { source, run } = usePlace()
  const segments = useSegments(source.ref, source.currentRun ?? run)
  if (segments.isPending) return <Loading label={pricing.loading} />
  return <FirstRun products={products} settings={settings} segments={segments.data ?? []} />
}

interface OverviewProps {
  rules: Rule[]
  products: Product[]
  settings: PricingSettings
}

function Overview({ rules, products, settings }: OverviewProps) {
  const { source } = usePlace()
  const quotes = useQuoteCount(source.ref)
  const active = rules.filter((rule) => rule.active).length
  const paused = products.filter(({ status }) => status === 'paused').length
  const { figures } = text
  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1fr)_26rem]">
      <div className="space-y-4">
        <StateCard settings={settings} active={active} />
        <Card>
          <CardBody>
            <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Figure
                label={figures.products}
                value={formatCount(products.length)}
                note={paused ? figures.paused(formatCount(paused)) : undefined}
              />
              <Figure
                label={figures.rules}
                value={formatCount(active)}
                note={rules.length > active ? figures.drafts(rules.length - active) : undefined}
                tone="pricing"
              />
              <Figure label={figures.quotes} value={formatCount(quotes.data)} />
              <Figure
                label={figures.place}
                value={settings.jurisdiction ? placeName(settings.jurisdiction).split(',')[0] : figures.noPlace}
              />
            </dl>
          </CardBody>
        </Card>
        <Attention products={products} settings={settings} />
      </div>
      <PreviewCard
        products={products}
        request={{ source: source.ref, rule: null, ruleId: null, settings: null }}
      />
    </div>
  )
}

function StateCard({ settings, active }: { settings: PricingSettings; active: number }) {
  const { source } = usePlace()
  const state = usePricesAreOn()
  const on = state === 'on' && active > 0
  const [title, note] =
    state === 'off'
      ? [text.off, text.offNote]
      : state === 'off-here'
        ? [text.offHere, text.offHereNote]
        : [text.on, active ? text.onNote(text.rulesCount(active)) : text.noRules]
  return (
    <Card aria-label={text.state}>
      <CardBody className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <span
          aria-hidden
          className={classes(
            'grid size-11 shrink-0 place-items-center rounded-full',
            on ? 'bg-pricing-soft text-pricing' : state === 'on' ? 'bg-sunken text-ink-soft' : 'bg-bad-soft text-bad',
          )}
        >
          <Power className="size-5" />
        </span>
        <div className="min-w-48 flex-1">
          <h2 className="text-base font-semibold">{title}</h2>
          <p className="text-[13px] text-ink-soft">{note}</p>
        </div>
        <KillSwitch owner={source.ref.uid} settings={settings} />
      </CardBody>
    </Card>
  )
}

function Attention({ products, settings }: { products: Product[]; settings: PricingSettings }) {
  const { source } = usePlace()
  const params = { owner: source.ref.uid, kind: source.ref.kind, sourceId: source.ref.id }
  const [today] = useState(() => new Date().toISOString().slice(0, 10))
  const costless = products.filter(({ cost }) => cost == null).length
  const limits = (words: string) => (
    <Link
      to="/m/$owner/s/$kind/$sourceId/prices/limits"
      params={params}
      search={{}}
      className="font-medium whitespace-nowrap text-primary-ink underline underline-offset-4"
    >
      {words}
    </Link>
  )
  const points: [string, ReactNode][] = []
  if (costless) {
    points.push([
      text.noCost(costless),
      <Link
        key="costs"
        to="/m/$owner/s/$kind/$sourceId/prices/products"
        params={params}
        search={{}}
        className="font-medium whitespace-nowrap text-primary-ink underline underline-offset-4"
      >
        {text.noCostLink}
      </Link>,
    ])
  }
  const blocking = whoBlocksPrices(settings.jurisdiction ?? null, settings.sells_food, today)
  if (blocking) points.push([text.blocked(placeName(blocking)), limits(text.blockedLink)])
  if (!settings.jurisdiction) points.push([text.noPlace, limits(text.noPlaceLink)])
  if (!settings.floor_margin) points.push([text.noMargin, limits(text.noMarginLink)])
  if (points.length === 0) return null
  return (
    <Card>
      <CardHead title={text.attention} />
      <CardBody className="pt-2">
        <ul className="divide-y divide-line text-[13px]">
          {points.map(([words, link]) => (
            <li key={words} className="flex items-start gap-2.5 py-2">
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-pricing" />
              <span className="min-w-0 flex-1">{words}</span>
              {link}
            </li>
          ))}
        </ul>
      </CardBody>
    </Card>
  )
}
