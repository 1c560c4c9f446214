import { CircleAlert, Link2, LoaderCircle, Unlink } from 'lucide-react'

import type { DataSource } from '@/data/documents'
import { text } from '@/features/sources/shops/text'
import { text as sources } from '@/features/sources/text'
import { Badge } from '@/ui/badge'

/** Whether a shop can be asked, and what is being done with it now. */
export function ConnectionBadge({ shop }: { shop: DataSource }) {
  const state = shop.connection?.state ?? 'connected'
  if (state === 'revoked') {
    return (
      <Badge>
        <Unlink aria-hidden /> {text.connection[state]}
      </Badge>
    )
  }
  if (state !== 'connected' || shop.status === 'failed') {
    return (
      <Badge tone="bad">
        <CircleAlert aria-hidden />
        {state === 'connected' ? sources.status['failed'] : (text.connection[state] ?? state)}
      </Badge>
    )
  }
  if (shop.status === 'queued' || shop.status === 'running' || shop.status === 'deleting') {
    return (
      <Badge tone="primary">
        <LoaderCircle aria-hidden className="animate-spin" /> {sources.status[shop.status]}
      </Badge>
    )
  }
  return (
    <Badge tone="good">
      <Link2 aria-hidden /> {text.connection['connected']}
    </Badge>
  )
}
