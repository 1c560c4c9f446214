import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Columns2 } from 'lucide-react'

import { formatDateTime } from '@/data/format'
import { Comparison, type Side } from '@/features/segments/comparison'
import { useRuns } from '@/features/sources/api'
import { text } from '@/features/segments/text'
import { useSourcesWithResults } from '@/features/sources/api'
import { parseSourceKey, type SourceDocument, sourceKey } from '@/features/sources/source'
import { text as sources } from '@/features/sources/text'
import { Card } from '@/ui/card'
import { Field, Select } from '@/ui/field'
import { Loading, Note, State } from '@/ui/states'

const ROUTE = '/m/$owner/compare'

/** `kind:id` or `kind:id:run`, as the URL holds a side. */
function parseSide(owner: string, key: string | undefined, all: SourceDocument[]): Side | null {
  const [kind, id, run] = key?.split(':') ?? []
  const ref = parseSourceKey(owner, kind && id ? `${kind}:${id}` : undefined)
  const source = all.find((one) => one.ref.kind === ref?.kind && one.ref.id === ref.id)
  const chosen = run || source?.currentRun
  return source && chosen ? { source, run: chosen } : null
}

function isSame(left: Side, right: Side): boolean {
  return sourceKey(left.source.ref) === sourceKey(right.source.ref) && left.run === right.run
}

export function ComparePage() {
  const { owner } = useParams({ from: ROUTE })
  const search = useSearch({ from: ROUTE })
  const navigate = useNavigate()
  const { csv, platforms, state } = useSourcesWithResults(owner)
  const all = [...csv, ...platforms]
  const left = parseSide(owner, search.a, all)
  const right = parseSide(owner, search.b, all)
  const choose = (side: 'a' | 'b', value: string): void => {
    void navigate({ to: ROUTE, params: { owner }, search: { ...search, [side]: value || undefined } })
  }
  if (state === 'loading') return <Loading label={text.loading} />
  return (
    <div className="space-y-4">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{text.compare.title}</h1>
        <p className="mt-0.5 text-ink-soft">{text.compare.note}</p>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <SidePicker label={text.compare.a} value={search.a ?? ''} side={left} csv={csv} platforms={platforms} onChoose={(value) => choose('a', value)} />
        <SidePicker label={text.compare.b} value={search.b ?? ''} side={right} csv={csv} platforms={platforms} onChoose={(value) => choose('b', value)} />
      </div>
      {left && right && isSame(left, right) ? (
        <Note tone="pricing">{text.compare.same}</Note>
      ) : left && right ? (
        <Comparison left={left} right={right} />
      ) : (
        <Card>
          <State title={text.compare.pick} icon={Columns2}>
            {text.compare.pickNote}
          </State>
        </Card>
      )}
    </div>
  )
}

interface SidePickerProps {
  label: string
  value: string
  side: Side | null
  csv: SourceDocument[]
  platforms: SourceDocument[]
  onChoose: (value: string) => void
}

function SidePicker({ label, value, side, csv, platforms, onChoose }: SidePickerProps) {
  const [kind, id] = value.split(':')
  const chosen = kind && id ? `${kind}:${id}` : ''
  const group = (title: string, choices: SourceDocument[]) =>
    choices.length ? (
      <optgroup label={title}>
        {choices.map((one) => (
          <option key={sourceKey(one.ref)} value={sourceKey(one.ref)}>
            {one.label}
          </option>
        ))}
      </optgroup>
    ) : null
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      <Field label={label}>
        {(control) => (
          <Select {...control} value={chosen} onChange={(event) => onChoose(event.target.value)}>
            <option value="">{text.compare.choose}</option>
            {group(sources.csvGroup, csv)}
            {group(sources.platformGroup, platforms)}
          </Select>
        )}
      </Field>
      {side ? <RunPicker side={side} onChoose={onChoose} /> : null}
    </div>
  )
}

function RunPicker({ side, onChoose }: { side: Side; onChoose: (value: string) => void }) {
  const runs = useRuns(side.source.ref)
  const key = sourceKey(side.source.ref)
  return (
    <Field label={sources.runs.label}>
      {(control) => (
        <Select
          {...control}
          value={side.run}
          onChange={(event) => onChoose(`${key}:${event.target.value}`)}
        >
          {runs.map((run) => (
            <option key={run.id} value={run.id}>
              {run.id === side.source.currentRun
                ? text.compare.latest
                : text.compare.run(formatDateTime(run.finished_at))}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
