import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'

import { formatShare } from '@/data/format'
import { text } from '@/features/segments/text'
import { Badge } from '@/ui/badge'

/** How reliably the group comes out again; above 0.75 (bootstrap Jaccard) counts as stable. */
export function Stability({ value }: { value: number | null | undefined }) {
  if (value == null) {
    return (
      <Badge>
        <ShieldQuestion aria-hidden /> {text.stability.unknown}
      </Badge>
    )
  }
  const share = formatShare(value)
  const [tone, word, Icon] =
    value >= 0.75
      ? (['good', text.stability.high, ShieldCheck] as const)
      : value >= 0.6
        ? (['plain', text.stability.medium, ShieldCheck] as const)
        : (['pricing', text.stability.low, ShieldAlert] as const)
  return (
    <Badge tone={tone} title={text.stabilityNote(share)}>
      <Icon aria-hidden /> {word} {share}
    </Badge>
  )
}
