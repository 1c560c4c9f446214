import { Link } from '@tanstack/react-router'

import type { Segment } from '@/data/documents'
import { formatCount, formatShare } from '@/data/format'
import type { SourceRef } from '@/data/paths'
import { SegmentIcon } from '@/features/segments/archetypes'
import { Stability } from '@/features/segments/stability'
import { text } from '@/features/segments/text'
import { SourceBadge } from '@/features/sources/source-badge'
import { Card } from '@/ui/card'

interface SegmentCardProps {
  source: SourceRef
  run: string | undefined
  segment: Segment
  colour: string
}

export function SegmentCard({ source, run, segment, colour }: SegmentCardProps) {
  const reason = segment.reasons?.[0]?.text
  const archetype = segment.archetype ? text.archetypes[segment.archetype] : null
  return (
    <Card className="relative flex flex-col p-4 transition-shadow hover:shadow-raised sm:p-5">
      <div className="flex items-start gap-3">
        <SegmentIcon archetype={segment.archetype} colour={colour} />
        <div className="min-w-0 flex-1">
          <h2 className="text-[15px] leading-5 font-semibold">
            <Link
              to="/m/$owner/s/$kind/$sourceId/segments/$segmentKey"
              params={{
                owner: source.uid,
                kind: source.kind,
                sourceId: source.id,
                segmentKey: segment.segment_key,
              }}
              search={run ? { run } : {}}
              className="after:absolute after:inset-0"
            >
              {segment.name}
            </Link>
          </h2>
          <p className="figures mt-0.5 text-xs text-ink-soft">
            {text.card.customers(formatCount(segment.customer_count))}
            {archetype && archetype !== segment.name
              ? ` · ${archetype}`
              : segment.archetype
                ? ''
                : ` · ${text.card.described}`}
          </p>
        </div>
      </div>
      <p className="mt-3 line-clamp-3 flex-1 text-[13px] text-ink-soft">
        {reason ?? text.card.noReasons}
      </p>
      <dl className="mt-4 grid grid-cols-2 gap-4">
        {(
          [
            [text.card.share, segment.share, 0.55],
            [text.card.revenue, segment.revenue_share, 1],
          ] as const
        ).map(([label, share, opacity]) => (
          <div key={label} className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-1.5">
            <dt className="order-2 truncate text-xs text-ink-soft">{label}</dt>
            <dd className="figures order-1 text-lg font-semibold tracking-tight">
              {formatShare(share)}
            </dd>
            <dd aria-hidden className="order-3 col-span-2 mt-1 h-1.5 rounded-full bg-sunken">
              <div
                className="h-full rounded-full"
                style={{ width: `${(share ?? 0) * 100}%`, backgroundColor: colour, opacity }}
              />
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 flex flex-wrap items-center justify-between gap-2">
        <Stability value={segment.stability} />
        <SourceBadge kind={source.kind} />
      </div>
    </Card>
  )
}
