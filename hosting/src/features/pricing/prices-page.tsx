import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'

import { useAccess } from '@/features/accounts/access'
import { usePricingSettings } from '@/features/pricing/api'
import { text } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { SourceBadge } from '@/features/sources/source-badge'
import { Badge } from '@/ui/badge'
import { Note } from '@/ui/states'

const tab =
  '-mb-px inline-flex min-h-10 shrink-0 items-center border-b-2 border-transparent px-3 text-sm font-medium whitespace-nowrap text-ink-soft -outline-offset-2 hover:text-ink'
const active = { className: 'border-pricing! text-pricing!', 'aria-current': 'page' as const }

const TABS = [
  ['/m/$owner/s/$kind/$sourceId/prices', text.tabs.overview],
  ['/m/$owner/s/$kind/$sourceId/prices/rules', text.tabs.rules],
  ['/m/$owner/s/$kind/$sourceId/prices/products', text.tabs.products],
  ['/m/$owner/s/$kind/$sourceId/prices/quotes', text.tabs.quotes],
  ['/m/$owner/s/$kind/$sourceId/prices/elasticity', text.tabs.elasticity],
  ['/m/$owner/s/$kind/$sourceId/prices/tests', text.tabs.tests],
  ['/m/$owner/s/$kind/$sourceId/prices/effects', text.tabs.effects],
  ['/m/$owner/s/$kind/$sourceId/prices/limits', text.tabs.limits],
] as const

interface PricesPageProps {
  title: string
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** The frame of every screen about the prices of one source: which source, whether they are on, and the way to the others. */
export function PricesPage({ title, note, actions, children }: PricesPageProps) {
  const { source } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const { mayChange } = useAccess(owner)
  const tabs = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone the tab of this page may lie outside of what is seen.
    const nav = tabs.current
    const here = nav?.querySelector<HTMLElement>('[aria-current=page]')
    if (nav && here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2
  }, [title])
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0 flex-1 basis-full sm:basis-96">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          <div className="mt-1 flex flex-wrap items-center gap-2">
            <SourceBadge kind={kind} label={source.label} />
            <PriceState />
          </div>
          {note ? <p className="mt-1.5 max-w-3xl text-[13px] text-ink-soft">{note}</p> : null}
        </div>
        {actions ? <div className="no-print flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
      <nav
        ref={tabs}
        aria-label={text.nav}
        className="no-print relative -mx-1 flex gap-1 overflow-x-auto border-b border-line px-1"
      >
        {TABS.map(([to, label], at) => (
          <Link
            key={to}
            to={to}
            params={{ owner, kind, sourceId }}
            search={{}}
            className={tab}
            activeProps={active}
            activeOptions={{ exact: at === 0, includeSearch: false }}
          >
            {label}
          </Link>
        ))}
      </nav>
      {mayChange ? null : <Note>{text.viewer}</Note>}
      {children}
    </div>
  )
}

/** Whether personal prices are on for the source that is looked at. */
export function usePricesAreOn(): 'loading' | 'on' | 'off' | 'off-here' {
  const { source } = usePlace()
  const settings = usePricingSettings(source.ref.uid)
  if (settings.state !== 'ready') return 'loading'
  if (settings.data.kill) return 'off'
  const { kind, id } = source.ref
  const here = settings.data.killed_sources.some((place) => place.kind === kind && place.id === id)
  return here ? 'off-here' : 'on'
}

function PriceState() {
  const state = usePricesAreOn()
  if (state === 'loading') return null
  if (state === 'on') return <Badge tone="pricing">{text.on}</Badge>
  return <Badge tone="bad">{state === 'off' ? text.off : text.offHere}</Badge>
}
