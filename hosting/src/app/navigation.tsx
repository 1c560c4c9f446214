import { Link, useParams } from '@tanstack/react-router'
import {
  Columns2,
  FileText,
  House,
  KeyRound,
  PieChart,
  Settings,
  Store,
  Tags,
  Upload as UploadIcon,
  Users,
  UsersRound,
} from 'lucide-react'
import type { ReactNode } from 'react'

import { text } from '@/app/text'
import { useAccess } from '@/features/accounts/access'
import { useSourcesWithResults } from '@/features/sources/api'

const item =
  'flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium text-ink-soft hover:bg-sunken hover:text-ink [&_svg]:size-[18px] [&_svg]:shrink-0'
const active = { className: 'bg-primary-soft text-primary-ink hover:bg-primary-soft hover:text-primary-ink' }

const pricing = { className: 'bg-pricing-soft text-pricing hover:bg-pricing-soft hover:text-pricing' }

/** The main menu; the screens of a source lead to the one that is looked at, else to the first. */
export function Navigation({ owner }: { owner: string }) {
  const params = useParams({ strict: false })
  const { mayManageTeam } = useAccess(owner)
  const { csv, platforms } = useSourcesWithResults(owner)
  const fallback = csv[0] ?? platforms[0]
  const kind = params.kind ?? fallback?.ref.kind
  const sourceId = params.sourceId ?? fallback?.ref.id
  const place = kind && sourceId ? { owner, kind, sourceId } : null
  const row = (icon: ReactNode, label: string) => (
    <>
      {icon} {label}
    </>
  )
  return (
    <nav aria-label={text.nav} className="flex flex-col gap-0.5 overflow-y-auto px-3 py-2">
      <Link to="/m/$owner" params={{ owner }} className={item} activeProps={active} activeOptions={{ exact: true }}>
        {row(<House aria-hidden />, text.home)}
      </Link>
      <Link to="/m/$owner/uploads" params={{ owner }} className={item} activeProps={active}>
        {row(<UploadIcon aria-hidden />, text.uploads)}
      </Link>
      <Link
        to="/m/$owner/shops"
        params={{ owner }}
        className={item}
        activeProps={active}
      >
        {row(<Store aria-hidden />, text.shops)}
      </Link>
      {place ? (
        <>
          <Link
            to="/m/$owner/s/$kind/$sourceId"
            params={place}
            search={{}}
            className={item}
            activeProps={active}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {row(<PieChart aria-hidden />, text.segments)}
          </Link>
          <Link
            to="/m/$owner/s/$kind/$sourceId/customers"
            params={place}
            search={{}}
            className={item}
            activeProps={active}
            activeOptions={{ includeSearch: false }}
          >
            {row(<Users aria-hidden />, text.customers)}
          </Link>
          <Link
            to="/m/$owner/s/$kind/$sourceId/prices"
            params={place}
            search={{}}
            className={item}
            activeProps={pricing}
            activeOptions={{ includeSearch: false }}
          >
            {row(<Tags aria-hidden />, text.prices)}
          </Link>
          <Link
            to="/m/$owner/s/$kind/$sourceId/report"
            params={place}
            search={{}}
            className={item}
            activeProps={active}
            activeOptions={{ includeSearch: false }}
          >
            {row(<FileText aria-hidden />, text.report)}
          </Link>
          <Link
            to="/m/$owner/compare"
            params={{ owner }}
            search={{}}
            className={item}
            activeProps={active}
            activeOptions={{ includeSearch: false }}
          >
            {row(<Columns2 aria-hidden />, text.compare)}
          </Link>
        </>
      ) : null}
      <hr className="my-2 border-line" />
      <Link to="/m/$owner/team" params={{ owner }} className={item} activeProps={active}>
        {row(<UsersRound aria-hidden />, text.team)}
      </Link>
      {mayManageTeam ? (
        <Link to="/m/$owner/keys" params={{ owner }} className={item} activeProps={active}>
          {row(<KeyRound aria-hidden />, text.keys)}
        </Link>
      ) : null}
      <Link to="/m/$owner/settings" params={{ owner }} className={item} activeProps={active}>
        {row(<Settings aria-hidden />, text.settings)}
      </Link>
    </nav>
  )
}
