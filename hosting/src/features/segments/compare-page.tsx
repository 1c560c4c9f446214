import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Columns2 } from 'lucide-react'

import { type Run, runSchema } from '@/data/documents'
import { formatCount, formatDateTime, formatMoney, formatShare } from '@/data/format'
import { type Live, useLiveDocument } from '@/data/live'
import { paths, type SourceRef } from '@/data/paths'
import { useRuns } from '@/features/segments/runs'
import { text } from '@/features/segments/text'
import {
  parseSourceKey,
  type SourceDocument,
  sourceKey,
  useSourcesWithResults,
} from '@/features/sources/source'
import { SourceBadge } from '@/features/sources/source-badge'
import { text as sources } from '@/features/sources/text'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Field, Select } from '@/ui/field'
import { Denied, Failed, Loading, State } from '@/ui/states'

const ROUTE = '/m/$owner/compare'

interface Side {
  source: SourceDocument
  run: string
}

/** `kind:id` or `kind:id:run`, as the URL holds a side. */
function parseSide(owner: string, key: string | undefined, all: SourceDocument[]): Side | null {
  const [kind, id, run] = key?.split(':') ?? []
  const ref = parseSourceKey(owner, kind && id ? `${kind}:${id}` : undefined)
  const source = all.find((one) => one.ref.kind === ref?.kind && one.ref.id === ref.id)
  const chosen = run || source?.currentRun
  return source && chosen ? { source, run: chosen } : null
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
      {left && right ? (
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
  const group = (title: string, found: SourceDocument[]) =>
    found.length ? (
      <optgroup label={title}>
        {found.map((one) => (
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
    <Field label={text.runs.label}>
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

function useSummary(ref: SourceRef, run: string): Live<Run> {
  return useLiveDocument(paths.run(ref, run), runSchema)
}

function Comparison({ left, right }: { left: Side; right: Side }) {
  const a = useSummary(left.source.ref, left.run)
  const b = useSummary(right.source.ref, right.run)
  for (const side of [a, b]) {
    if (side.state === 'loading') return <Loading label={text.loading} />
    if (side.state === 'denied') {
      return <Denied inside title={sources.denied} message={sources.deniedNote} />
    }
    if (side.state !== 'ready') {
      return <Failed inside title={text.failed} message={side.state === 'failed' ? side.message : ''} />
    }
  }
  if (a.state !== 'ready' || b.state !== 'ready') return null
  const figures = (run: Run, source: SourceDocument): string[] => {
    const currency = run.totals?.currency ?? source.currency
    const each =
      run.totals?.net != null && run.customer_count ? run.totals.net / run.customer_count : null
    return [
      formatCount(run.customer_count),
      formatCount(run.totals?.orders),
      formatMoney(run.totals?.net, currency),
      formatMoney(each, currency),
      formatCount(run.segment_count),
    ]
  }
  const labels = [
    text.totals.customers,
    text.totals.orders,
    text.totals.net,
    text.totals.perCustomer,
    text.totals.segments,
  ]
  const [one, two] = [figures(a.data, left.source), figures(b.data, right.source)]
  const shares = pairShares(a.data, b.data)
  const heads = (
    <>
      <th scope="col" className="py-1.5 pl-3 text-right font-medium">
        <SourceBadge kind={left.source.ref.kind} label={left.source.label} />
      </th>
      <th scope="col" className="py-1.5 pl-3 text-right font-medium">
        <SourceBadge kind={right.source.ref.kind} label={right.source.label} />
      </th>
    </>
  )
  return (
    <div className="grid grid-cols-1 gap-4 xl:grid-cols-2">
      <Card>
        <CardHead title={text.compare.figures} />
        <CardBody tabIndex={0} className="relative overflow-x-auto pt-2">
          <table className="w-full text-[13px]">
            <thead>
              <tr>
                <th scope="col">
                  <span className="sr-only">{text.report.name}</span>
                </th>
                {heads}
              </tr>
            </thead>
            <tbody className="figures">
              {labels.map((label, at) => (
                <tr key={label} className="border-t border-line">
                  <th scope="row" className="py-2 text-left font-normal text-ink-soft">
                    {label}
                  </th>
                  <td className="py-2 pl-3 text-right font-medium">{one[at]}</td>
                  <td className="py-2 pl-3 text-right font-medium">{two[at]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </CardBody>
      </Card>
      <Card>
        <CardHead title={text.compare.shares} note={text.compare.sharesTakeaway} />
        <CardBody tabIndex={0} className="relative overflow-x-auto pt-2">
          <table className="w-full text-[13px]">
            <thead>
              <tr>
                <th scope="col">
                  <span className="sr-only">{text.report.name}</span>
                </th>
                {heads}
              </tr>
            </thead>
            <tbody className="figures">
              {shares.map((row) => (
                <tr key={row.name} className="border-t border-line">
                  <th scope="row" className="py-2 text-left font-normal">
                    {row.name}
                  </th>
                  <ShareCell share={row.left} />
                  <ShareCell share={row.right} />
                </tr>
              ))}
            </tbody>
          </table>
        </CardBody>
      </Card>
    </div>
  )
}

function ShareCell({ share }: { share: number | null }) {
  return (
    <td className="py-2 pl-3 text-right">
      {share === null ? (
        <span className="text-ink-faint">{text.compare.absent}</span>
      ) : (
        <span className="font-medium">{formatShare(share, 1)}</span>
      )}
    </td>
  )
}

/** Segments of both by name, the largest on either side first. */
export function pairShares(
  a: Run,
  b: Run,
): { name: string; left: number | null; right: number | null }[] {
  const names = new Set([...(a.segments ?? []), ...(b.segments ?? [])].map((one) => one.name))
  const shareOf = (run: Run, name: string): number | null =>
    run.segments?.find((one) => one.name === name)?.share ?? null
  return [...names]
    .map((name) => ({ name, left: shareOf(a, name), right: shareOf(b, name) }))
    .toSorted(
      (x, y) => Math.max(y.left ?? 0, y.right ?? 0) - Math.max(x.left ?? 0, x.right ?? 0),
    )
}
