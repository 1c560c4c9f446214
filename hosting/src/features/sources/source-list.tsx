/** The lists of uploads and of shops: their states, and a card for each source. */
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import type { Live } from '@/features/sources/api'
import { SourceBadge } from '@/features/sources/source-badge'
import { text } from '@/features/sources/text'
import { Card } from '@/ui/card'
import { Progress } from '@/ui/progress'
import { Denied, Failed, Loading, State } from '@/ui/states'

interface Words {
  title: string
  note: string
  loading: string
  failed: string
  denied: string
  deniedNote: string
  empty: string
  emptyNote: string
}

interface SourceListProps<Source extends { id: string }> {
  sources: Live<Source[]>
  words: Words
  icon: LucideIcon
  /** What brings the first one. */
  start: ReactNode
  /** Beside the title. */
  beside: ReactNode
  renderCard: (source: Source, all: Source[]) => ReactNode
}

/** A page that lists sources of one sort: loading, denied, failed, empty, or a card for each. */
export function SourceList<Source extends { id: string }>({
  sources,
  words,
  icon,
  start,
  beside,
  renderCard,
}: SourceListProps<Source>) {
  if (sources.state === 'loading') return <Loading label={words.loading} />
  if (sources.state === 'denied') return <Denied title={words.denied} message={words.deniedNote} />
  if (sources.state !== 'ready') {
    return <Failed title={words.failed} message={sources.state === 'failed' ? sources.message : ''} />
  }
  const all = sources.data
  return (
    <div className="space-y-4">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">{words.title}</h1>
          <p className="mt-0.5 text-ink-soft">{words.note}</p>
        </div>
        {beside}
      </div>
      {all.length === 0 ? (
        <Card>
          <State title={words.empty} icon={icon} action={start}>
            {words.emptyNote}
          </State>
        </Card>
      ) : (
        <ul className="space-y-2.5">
          {all.map((source) => (
            <li key={source.id}>{renderCard(source, all)}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

interface Figure {
  label: string
  value: string
  /** What of it went wrong. */
  problem?: string
}

interface SourceCardProps {
  kind: string
  /** The source's name, as a link to its page; the whole card leads there. */
  link: ReactNode
  below: ReactNode
  badge: ReactNode
  /** In percent, null where it isn't known yet; left out where no job runs. */
  progress?: number | null
  problem?: string | null
  figures: Figure[]
  actions?: ReactNode
}

/** How the link of a card looks; its area is the card. */
export const CARD_LINK = 'min-w-0 font-semibold break-words after:absolute after:inset-0 hover:text-primary-ink'

/** One source in a list: what it is, how it does, what it has. */
export function SourceCard({ kind, link, below, badge, progress, problem, figures, actions }: SourceCardProps) {
  return (
    <Card className="relative transition-colors hover:border-line-strong">
      <div className="flex items-start gap-3 p-3.5 sm:px-5">
        <div className="grid min-w-0 flex-1 gap-x-6 gap-y-2 md:grid-cols-[minmax(0,5fr)_minmax(0,3fr)_minmax(0,4fr)] md:items-center">
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-2">
              {link}
              <SourceBadge kind={kind} />
            </div>
            <p className="mt-0.5 truncate text-xs text-ink-soft">{below}</p>
          </div>
          <div className="min-w-0">
            {badge}
            {progress !== undefined ? (
              <div className="mt-2 max-w-48">
                <Progress value={progress} label={text.job.progress} />
              </div>
            ) : null}
            {problem ? <p className="mt-1 line-clamp-2 text-xs text-bad">{problem}</p> : null}
          </div>
          <dl className="figures grid grid-cols-3 gap-3 text-[13px]">
            {figures.map(({ label, value, problem }) => (
              <div key={label}>
                <dt className="text-xs text-ink-soft">{label}</dt>
                <dd className="font-medium">{value}</dd>
                {problem ? <dd className="text-xs text-bad">{problem}</dd> : null}
              </div>
            ))}
          </dl>
        </div>
        {actions ? <div className="relative z-10 -mr-1.5">{actions}</div> : null}
      </div>
    </Card>
  )
}
