import { Link, useParams } from '@tanstack/react-router'
import { Plus, Store } from 'lucide-react'

import type { DataSource } from '@/data/documents'
import { formatCount, formatDateTime } from '@/data/format'
import { useAccess } from '@/features/accounts/access'
import { useShops } from '@/features/sources/shops/api'
import { ConnectionBadge } from '@/features/sources/shops/connection-badge'
import { text } from '@/features/sources/shops/text'
import { CARD_LINK, SourceCard, SourceList } from '@/features/sources/source-list'
import { buttonLook } from '@/ui/button'

/** Every connected shop, and how it is doing. */
export function ShopsPage() {
  const { owner } = useParams({ from: '/m/$owner/shops' })
  const shops = useShops(owner)
  const { mayDelete } = useAccess(owner)
  const connect = mayDelete ? (
    <Link to="/m/$owner/shops/connect" params={{ owner }} search={{}} className={buttonLook({ look: 'primary' })}>
      <Plus aria-hidden /> {text.connect}
    </Link>
  ) : null
  return (
    <SourceList
      sources={shops}
      words={text}
      icon={Store}
      start={connect}
      beside={shops.state === 'ready' && shops.data.length ? connect : null}
      renderCard={(shop) => <ShopCard owner={owner} shop={shop} />}
    />
  )
}

function ShopCard({ owner, shop }: { owner: string; shop: DataSource }) {
  const busy = shop.status === 'queued' || shop.status === 'running'
  return (
    <SourceCard
      kind={shop.kind}
      link={
        <Link
          to="/m/$owner/shops/$kind/$sourceId"
          params={{ owner, kind: shop.kind, sourceId: shop.id }}
          className={CARD_LINK}
        >
          {shop.label || shop.shop || shop.kind}
        </Link>
      }
      below={shop.synced_at ? text.synced(formatDateTime(shop.synced_at)) : text.neverSynced}
      badge={<ConnectionBadge shop={shop} />}
      progress={busy ? (shop.progress ?? null) : undefined}
      problem={shop.status === 'failed' ? shop.error?.message : null}
      figures={[
        { label: text.columns.orders, value: formatCount(shop.streams?.['orders']?.count) },
        { label: text.columns.customers, value: formatCount(shop.customer_count) },
        { label: text.columns.segments, value: formatCount(shop.segment_count) },
      ]}
    />
  )
}
