import * as z from 'zod'

import { type Segment, traitSchema } from '@/data/documents'
import { formatCount, formatNumber } from '@/data/format'
import { Bars } from '@/features/segments/charts/bars'
import { SourceBadge } from '@/features/sources/source-badge'
import { text } from '@/features/texts/text'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Note } from '@/ui/states'

const WEAK_WORDS = 600

/** The Big Five with how sure they are, where there is text enough; else a note that there isn't. */
export function PersonalityCard({ segment, kind }: { segment: Segment; kind: string }) {
  const { personality } = segment
  const traits = Object.keys(text.personality.traits).flatMap((trait) => {
    const parsed = traitSchema.safeParse(personality?.[trait])
    return parsed.success && parsed.data.mean != null ? [{ trait, ...parsed.data, mean: parsed.data.mean }] : []
  })
  const words = z.number().safeParse(personality?.['words'])
  const customers = z.number().safeParse(personality?.['customers'])
  const each = words.success ? words.data / Math.max(1, customers.success ? customers.data : 1) : 0
  return (
    <Card>
      <CardHead
        title={text.personality.title}
        note={
          traits.length && words.success
            ? text.personality.takeaway(formatCount(words.data))
            : undefined
        }
        actions={<SourceBadge kind={kind} />}
      />
      <CardBody>
        {traits.length === 0 ? (
          <Note>{text.personality.none}</Note>
        ) : (
          <div className="space-y-3">
            {each < WEAK_WORDS ? <Note tone="pricing">{text.personality.weak}</Note> : null}
            <Bars
              bars={traits.map(({ trait, mean, low, high }) => ({
                key: trait,
                label: text.personality.traits[trait],
                share: mean,
                words: formatNumber(mean, 2),
                low: low ?? undefined,
                high: high ?? undefined,
                colour: 'var(--insight)',
              }))}
            />
          </div>
        )}
      </CardBody>
    </Card>
  )
}
