import { useNavigate, useParams } from '@tanstack/react-router'
import { Check, ChevronsUpDown, FileSpreadsheet, Store } from 'lucide-react'

import { formatCount } from '@/data/format'
import { CSV } from '@/data/paths'
import { useSourcesWithResults } from '@/features/sources/api'
import type { SourceDocument } from '@/features/sources/source'
import { text } from '@/features/sources/text'
import { classes } from '@/ui/classes'
import { Menu, MenuItem, MenuLabel } from '@/ui/menu'

/** Which body of data the analysis screens show. Always exactly one. */
export function SourcePicker({ owner }: { owner: string }) {
  const { csv, platforms } = useSourcesWithResults(owner)
  const params = useParams({ strict: false })
  const navigate = useNavigate()
  const all = [...csv, ...platforms]
  const current = all.find(
    ({ ref }) => ref.kind === params.kind && ref.id === params.sourceId,
  )
  if (all.length === 0) return null
  const go = ({ ref }: SourceDocument): void => {
    void navigate({
      to: '/m/$owner/s/$kind/$sourceId',
      params: { owner, kind: ref.kind, sourceId: ref.id },
      search: {},
    })
  }
  const group = (title: string, sources: SourceDocument[]) =>
    sources.length ? (
      <>
        <MenuLabel>{title}</MenuLabel>
        {sources.map((source) => (
          <MenuItem key={source.ref.id} onSelect={() => go(source)}>
            <SourceIcon kind={source.ref.kind} />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{source.label}</span>
              <span className="block text-xs text-ink-soft">
                {text.customers(formatCount(source.customerCount))}
              </span>
            </span>
            {source === current ? <Check aria-hidden /> : null}
          </MenuItem>
        ))}
      </>
    ) : null

  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`${text.pick}: ${current?.label ?? text.choose}`}
          className="flex h-9 w-full max-w-64 min-w-0 items-center gap-2 rounded-lg border border-line bg-surface px-2.5 text-left text-sm hover:bg-sunken"
        >
          {current ? <SourceIcon kind={current.ref.kind} /> : null}
          <span className="min-w-0 flex-1 truncate font-medium">
            {current?.label ?? text.choose}
          </span>
          <ChevronsUpDown className="size-4 shrink-0 text-ink-faint" aria-hidden />
        </button>
      }
    >
      {group(text.csvGroup, csv)}
      {group(text.platformGroup, platforms)}
    </Menu>
  )
}

function SourceIcon({ kind }: { kind: string }) {
  const Icon = kind === CSV ? FileSpreadsheet : Store
  return (
    <span
      className={classes(
        'grid size-6 shrink-0 place-items-center rounded-md',
        kind === CSV ? 'bg-csv-soft text-csv' : 'bg-platform-soft text-platform',
      )}
    >
      <Icon className="size-3.5" aria-hidden />
    </span>
  )
}
