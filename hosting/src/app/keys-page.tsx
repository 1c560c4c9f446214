import { useParams } from '@tanstack/react-router'

import { useAccess } from '@/features/accounts/access'
import { KeysCard } from '@/features/keys/keys-card'
import { text } from '@/features/keys/text'
import { WebhooksCard } from '@/features/webhooks/webhooks-card'
import { Denied } from '@/ui/states'

/** How a shop asks for prices and hears of changes: one room's keys, and another's webhooks. */
export function KeysPage() {
  const { owner } = useParams({ from: '/m/$owner/keys' })
  const { mayManageTeam } = useAccess(owner)
  if (!mayManageTeam) return <Denied title={text.denied} message={text.deniedNote} />
  return (
    <div className="mx-auto max-w-4xl space-y-4">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{text.title}</h1>
        <p className="mt-0.5 text-ink-soft">{text.note}</p>
      </div>
      <KeysCard owner={owner} />
      <WebhooksCard owner={owner} />
    </div>
  )
}
