import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { KeyRound, PieChart, RefreshCw } from 'lucide-react'
import { useState } from 'react'

import type { DataSource } from '@/data/documents'
import { formatDateTime } from '@/data/format'
import type { SourceRef } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { JobProgress } from '@/features/sources/job-progress'
import { syncShop, useShop } from '@/features/sources/shops/api'
import { CapabilitiesCard } from '@/features/sources/shops/capabilities-card'
import { ConnectionBadge } from '@/features/sources/shops/connection-badge'
import { DiscountsCard } from '@/features/sources/shops/discounts-card'
import { DataRequestsCard } from '@/features/sources/shops/data-requests-card'
import { RefreshCard } from '@/features/sources/shops/refresh-card'
import { RotateDialog } from '@/features/sources/shops/rotate-dialog'
import { ShopActions } from '@/features/sources/shops/shop-actions'
import { StreamsCard } from '@/features/sources/shops/streams-card'
import { text } from '@/features/sources/shops/text'
import { fromDataSource } from '@/features/sources/source'
import { SourceBadge } from '@/features/sources/source-badge'
import { text as sources } from '@/features/sources/text'
import { Button, buttonLook } from '@/ui/button'
import { Denied, Failed, Loading, Note, State } from '@/ui/states'

/** One connected shop: what was read, what it gives, and what can be done with it. */
export function ShopPage() {
  const { owner, kind, sourceId } = useParams({ from: '/m/$owner/shops/$kind/$sourceId' })
  const ref: SourceRef = { uid: owner, kind, id: sourceId }
  const shop = useShop(ref)
  const navigate = useNavigate()
  if (shop.state === 'loading') return <Loading label={text.loading} />
  if (shop.state === 'denied') return <Denied title={text.denied} message={text.deniedNote} />
  if (shop.state === 'failed') return <Failed title={text.failed} message={shop.message} />
  if (shop.state === 'missing') {
    return (
      <State
        page
        title={sources.missing}
        action={
          <Link to="/m/$owner/shops" params={{ owner }} className={buttonLook({ look: 'primary' })}>
            {text.back}
          </Link>
        }
      >
        {sources.missingNote}
      </State>
    )
  }
  return (
    <Found
      source={ref}
      shop={shop.data}
      onDeleted={() => void navigate({ to: '/m/$owner/shops', params: { owner } })}
    />
  )
}

interface FoundProps {
  source: SourceRef
  shop: DataSource
  onDeleted: () => void
}

function Found({ source, shop, onDeleted }: FoundProps) {
  const { mayChange } = useAccess(source.uid)
  const busy = shop.status === 'queued' || shop.status === 'running'
  const connection = shop.connection?.state ?? 'connected'
  return (
    <div className="mx-auto max-w-4xl space-y-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight break-words">
            {shop.label || shop.shop || shop.kind}
          </h1>
          <div className="mt-1.5 flex flex-wrap items-center gap-2">
            <SourceBadge kind={shop.kind} label={shop.shop ?? undefined} />
            <ConnectionBadge shop={shop} />
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {shop.current_run ? (
            <Link
              to="/m/$owner/s/$kind/$sourceId"
              params={{ owner: source.uid, kind: source.kind, sourceId: source.id }}
              search={{}}
              className={buttonLook({ look: 'primary' })}
            >
              <PieChart aria-hidden /> {text.segments}
            </Link>
          ) : null}
          {mayChange && connection === 'connected' ? <SyncButton source={source} busy={busy} /> : null}
          <ShopActions source={source} shop={shop} onDeleted={onDeleted} />
        </div>
      </div>
      {connection === 'connected' ? null : <NotConnected source={source} shop={shop} state={connection} />}
      {busy ? (
        <JobProgress source={source} job={fromDataSource(source.uid, shop).job} />
      ) : shop.status === 'failed' && shop.error ? (
        <Note tone="bad" role="alert">
          <strong className="font-semibold">{shop.error.message}</strong> {shop.error.hint}
        </Note>
      ) : null}
      {(shop.notices ?? []).map(({ code, message }) => (
        <Note key={`${code}-${message}`}>{message}</Note>
      ))}
      {connection === 'connected' && shop.hooks?.state === 'failing' ? (
        <Note>
          {text.hooks} {shop.hooks.error?.message} {shop.hooks.error?.hint}
        </Note>
      ) : null}
      <DataRequestsCard source={source} />
      <StreamsCard shop={shop} />
      <DiscountsCard source={source} shop={shop} />
      <CapabilitiesCard shop={shop} />
      {mayChange && connection !== 'revoked' && connection !== 'uninstalled' ? (
        <RefreshCard source={source} shop={shop} />
      ) : null}
      {shop.next_sync_at && !busy && connection === 'connected' ? (
        <p className="text-[13px] text-ink-soft">{text.next(formatDateTime(shop.next_sync_at))}</p>
      ) : null}
    </div>
  )
}

/** Why a shop isn't asked any more, and the way back. */
function NotConnected({ source, shop, state }: { source: SourceRef; shop: DataSource; state: string }) {
  const { mayDelete } = useAccess(source.uid)
  const [asking, setAsking] = useState(false)
  const isWanted = state === 'revoked' // by the merchant: nothing is wrong
  return (
    <>
      <Note tone={isWanted ? 'plain' : 'bad'} role={isWanted ? undefined : 'alert'}>
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <p className="min-w-0 flex-1 basis-56">
            <strong className="font-semibold">{text.connection[state] ?? state}.</strong>{' '}
            {shop.connection?.hint || text.connection['expiredNote']}
          </p>
          {mayDelete ? (
            <Button onClick={() => setAsking(true)}>
              <KeyRound aria-hidden /> {text.actions.rotate}
            </Button>
          ) : null}
        </div>
      </Note>
      {asking ? (
        <RotateDialog
          source={source}
          name={shop.label || shop.shop || shop.kind}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  )
}

function SyncButton({ source, busy }: { source: SourceRef; busy: boolean }) {
  const [asked, setAsked] = useState(false)
  return (
    <Button
      disabled={busy}
      busy={asked && !busy}
      onClick={async () => {
        setAsked(true)
        await attempt(() => syncShop(source), text.sync.started)
        setAsked(false)
      }}
    >
      <RefreshCw aria-hidden /> {text.sync.now}
    </Button>
  )
}
