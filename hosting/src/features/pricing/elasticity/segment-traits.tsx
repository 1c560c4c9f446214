import type { PriceModel } from '@/features/pricing/elasticity/api'
import { ALL } from '@/features/pricing/elasticity/api'
import { useNameOfSegment } from '@/features/pricing/elasticity/elasticity-chart'
import { text } from '@/features/pricing/elasticity/text'
import { plainName } from '@/features/pricing/words'
import { FigureTable } from '@/features/segments/charts/chart-frame'
import { Card, CardBody, CardHead } from '@/ui/card'

interface Traits {
  sensitivity: string | null
  power: string | null
}

/** What each segment is like; every product's document says the same of it. */
export function traitsOf(models: PriceModel[]): Map<string, Traits> {
  const found = new Map<string, Traits>()
  for (const { segments } of models) {
    for (const [key, learnt] of Object.entries(segments)) {
      if (key === ALL) continue
      const before = found.get(key)
      found.set(key, {
        sensitivity: before?.sensitivity ?? learnt.price_sensitivity?.level ?? null,
        power: before?.power ?? learnt.purchase_power?.level ?? null,
      })
    }
  }
  return found
}

export function SegmentTraits({ models }: { models: PriceModel[] }) {
  const nameOf = useNameOfSegment()
  const traits = [...traitsOf(models)].filter(([, { sensitivity, power }]) => sensitivity ?? power)
  if (traits.length === 0) return null
  const say = (level: string | null): string => (level ? plainName({}, level) : text.unknown)
  return (
    <Card>
      <CardHead title={text.traits} note={text.traitsNote} />
      <CardBody className="pt-3">
        <FigureTable
          title={text.traits}
          table={{
            columns: [text.segment, text.sensitivity, text.power],
            rows: traits.map(([key, { sensitivity, power }]) => [nameOf(key), say(sensitivity), say(power)]),
          }}
        />
      </CardBody>
    </Card>
  )
}
