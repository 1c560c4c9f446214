/** The first rule that is suggested: for those who may not come back. */
import type { Segment } from '@/data/documents'
import type { SourceRef } from '@/data/paths'
import type { RuleFields } from '@/features/pricing/api'
import { emptyDraft, readDraft } from '@/features/pricing/rules/rule-draft'

/** Who is worth a reduction, most of all first. */
const AT_RISK = [
  'frustrated-at-risk',
  'at-risk',
  'dormant',
  'price-sensitive-anxious',
  'price-sensitive',
  'one-time',
]

/** By archetype where there is one that fits, else whoever is likeliest to leave. */
export function suggestedSegment(segments: Segment[]): Segment | null {
  for (const archetype of AT_RISK) {
    const found = segments.find((segment) => segment.archetype === archetype)
    if (found) return found
  }
  const [first] = segments.toSorted(
    (left, right) => (right.churn?.value ?? 0) - (left.churn?.value ?? 0),
  )
  return first ?? null
}

export interface FirstRule {
  segment: Segment
  name: string
  low: string
  high: string
  zone: string
  active: boolean
}

/** The rule as it is stored; by archetype, which keeps its name from run to run. */
export function firstRule(
  { segment, name, low, high, zone, active }: FirstRule,
  source: SourceRef,
  currency: string,
): RuleFields | null {
  const draft = {
    ...emptyDraft(zone),
    name,
    low,
    high,
    active,
    ...(segment.archetype
      ? { archetypes: [segment.archetype] }
      : { segments: [segment.segment_key] }),
  }
  return readDraft(draft, source, currency).rule
}
