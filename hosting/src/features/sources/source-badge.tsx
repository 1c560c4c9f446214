import { FileSpreadsheet, Store } from 'lucide-react'

import { CSV } from '@/data/paths'
import { text } from '@/features/sources/text'
import { Badge } from '@/ui/badge'

/** The kind of source that a card, chart or export is made of: teal for CSV, blue for a shop. */
export function SourceBadge({ kind, label }: { kind: string; label?: string | undefined }) {
  const csv = kind === CSV
  const Icon = csv ? FileSpreadsheet : Store
  const name = csv ? text.csv : (text.platforms[kind] ?? kind)
  return (
    <Badge tone={csv ? 'csv' : 'platform'} title={label}>
      <Icon aria-hidden />
      <span className="truncate">{label ? `${name} · ${label}` : name}</span>
    </Badge>
  )
}
