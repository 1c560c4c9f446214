import { Check, CircleDashed, Minus } from 'lucide-react'

import type { DataSource } from '@/data/documents'
import { text } from '@/features/sources/shops/text'
import { Card, CardBody, CardHead } from '@/ui/card'

const ICONS = { full: Check, partial: CircleDashed, none: Minus }
const COLOURS = { full: 'text-good', partial: 'text-insight', none: 'text-ink-faint' }

/** What a shop gives, what it doesn't, why, and what helps instead. */
export function CapabilitiesCard({ shop }: { shop: DataSource }) {
  const found = shop.capabilities ?? {}
  const names = Object.keys(text.capabilities.names).filter((name) => name in found)
  if (names.length === 0) return null
  return (
    <Card>
      <CardHead title={text.capabilities.title} note={text.capabilities.note} />
      <CardBody className="pt-3">
        <ul className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
          {names.map((name) => {
            const capability = found[name]
            if (!capability) return null
            const Icon = ICONS[capability.state]
            return (
              <li key={name} className="flex gap-2.5 text-[13px]">
                <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${COLOURS[capability.state]}`} />
                <div className="min-w-0">
                  <p className="font-medium">
                    {text.capabilities.names[name]}:{' '}
                    <span className="font-normal text-ink-soft">
                      {text.capabilities[capability.state]}
                    </span>
                  </p>
                  {capability.reason ? <p className="text-ink-soft">{capability.reason}</p> : null}
                  {capability.instead ? <p className="text-ink-soft">{capability.instead}</p> : null}
                </div>
              </li>
            )
          })}
        </ul>
      </CardBody>
    </Card>
  )
}
