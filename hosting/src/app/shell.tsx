import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useParams, useRouter } from '@tanstack/react-router'
import {
  Columns2,
  FileText,
  House,
  LogOut,
  Menu as MenuIcon,
  PieChart,
  Plus,
  Settings,
  Upload as UploadIcon,
  Users,
  UsersRound,
  WifiOff,
  X,
} from 'lucide-react'
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'

import { text } from '@/app/text'
import { signOutHere, useAccount } from '@/data/auth'
import { onEmulators } from '@/data/config'
import { useAccess } from '@/features/accounts/access'
import { useMemberships, useProfile } from '@/features/accounts/api'
import { Mark } from '@/features/accounts/frame'
import { IdleGuard } from '@/features/accounts/idle-guard'
import { useSourcesWithResults } from '@/features/sources/api'
import { SourcePicker } from '@/features/sources/source-picker'
import { useJobNotifications } from '@/features/sources/csv/notifications'
import { UploadTray } from '@/features/sources/csv/upload-tray'
import { Announcer } from '@/ui/announce'
import { Badge } from '@/ui/badge'
import { Button, buttonLook } from '@/ui/button'
import { classes } from '@/ui/classes'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu'
import { Denied, Loading } from '@/ui/states'

const item =
  'flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm font-medium text-ink-soft hover:bg-sunken hover:text-ink [&_svg]:size-[18px] [&_svg]:shrink-0'
const active = { className: 'bg-primary-soft text-primary-ink hover:bg-primary-soft hover:text-primary-ink' }

/** The frame of every signed-in page. */
export function Shell() {
  const { owner } = useParams({ from: '/m/$owner' })
  const access = useAccess(owner)
  const [open, setOpen] = useState(false)
  useJobNotifications(owner)
  const router = useRouter()
  // The menu of a phone closes when it has led somewhere.
  useEffect(() => router.subscribe('onResolved', () => setOpen(false)), [router])

  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15rem_minmax(0,1fr)] print:block">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-lg bg-primary px-3 py-2 text-sm font-medium text-white focus:translate-y-0"
      >
        {text.skip}
      </a>
      <div
        className={classes(
          'no-print fixed inset-0 z-30 bg-black/50 lg:hidden',
          open ? 'block' : 'hidden',
        )}
        onClick={() => setOpen(false)}
        aria-hidden
      />
      <header
        className={classes(
          'no-print fixed inset-y-0 left-0 z-40 flex w-60 flex-col border-r border-line bg-surface lg:sticky lg:top-0 lg:visible lg:h-dvh lg:w-auto lg:translate-x-0 lg:transition-none',
          'transition-[transform,visibility] duration-200',
          open ? 'visible translate-x-0' : 'invisible -translate-x-full',
        )}
      >
        <div className="flex h-14 items-center justify-between px-4">
          <Link to="/m/$owner" params={{ owner }} className="flex items-center gap-2.5 text-base font-semibold">
            <Mark className="size-7" /> {text.product}
          </Link>
          <Button look="quiet" size="icon" aria-label={text.close} className="lg:hidden" onClick={() => setOpen(false)}>
            <X aria-hidden />
          </Button>
        </div>
        <Navigation owner={owner} />
        <div className="mt-auto border-t border-line p-3">
          {onEmulators ? (
            <Badge tone="pricing" className="mb-2">
              {text.emulators}
            </Badge>
          ) : null}
          <AccountMenu owner={owner} />
        </div>
      </header>
      <div className="flex min-w-0 flex-col">
        <section aria-label={text.bar} className="no-print sticky top-0 z-20 flex h-14 items-center gap-2 border-b border-line bg-canvas/95 px-3 backdrop-blur sm:px-6">
          <Button
            look="quiet"
            size="icon"
            aria-label={text.menu}
            aria-expanded={open}
            className="lg:hidden"
            onClick={() => setOpen(true)}
          >
            <MenuIcon aria-hidden />
          </Button>
          <div className="min-w-0 flex-1">
            {access.state === 'ready' ? <SourcePicker owner={owner} /> : null}
          </div>
          {access.mayChange ? (
            <Link
              to="/m/$owner/uploads/new"
              params={{ owner }}
              search={{}}
              className={buttonLook({ look: 'primary' })}
            >
              <Plus aria-hidden /> {text.upload}
            </Link>
          ) : null}
        </section>
        <OfflineNote />
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[90rem] flex-1 px-3 py-5 outline-none sm:px-6 print:p-0">
          {access.state === 'loading' ? (
            <Loading label={text.loading} />
          ) : access.state === 'denied' ? (
            <NoAccess />
          ) : (
            <Outlet />
          )}
        </main>
      </div>
      <UploadTray />
      <IdleGuard />
      <Announcer />
    </div>
  )
}

function Navigation({ owner }: { owner: string }) {
  const params = useParams({ strict: false })
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
      <Link to="/m/$owner/settings" params={{ owner }} className={item} activeProps={active}>
        {row(<Settings aria-hidden />, text.settings)}
      </Link>
    </nav>
  )
}

function AccountMenu({ owner }: { owner: string }) {
  const account = useAccount()
  const client = useQueryClient()
  const navigate = useNavigate()
  const profile = useProfile(owner)
  const memberships = useMemberships(account?.uid ?? null)
  const business = (profile.state === 'ready' && profile.data.business_name) || text.yourBusiness
  const others = memberships.state === 'ready' ? memberships.data : []

  const leave = async (): Promise<void> => {
    await signOutHere()
    client.clear()
    await navigate({ to: '/sign-in', search: {} })
  }

  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-lg p-1.5 text-left hover:bg-sunken"
        >
          <span
            aria-hidden
            className="grid size-8 shrink-0 place-items-center rounded-full bg-primary-soft text-sm font-semibold text-primary-ink uppercase"
          >
            {business.slice(0, 1)}
          </span>
          <span className="min-w-0">
            <span className="block truncate text-sm font-medium">{business}</span>
            <span className="block truncate text-xs text-ink-soft">{account?.email}</span>
          </span>
        </button>
      }
    >
      {others.length && account ? (
        <>
          <MenuLabel>{text.merchant}</MenuLabel>
          <MenuItem onSelect={() => void navigate({ to: '/m/$owner', params: { owner: account.uid } })}>
            {text.yourBusiness}
          </MenuItem>
          {others.map((found) => (
            <MenuItem
              key={found.id}
              onSelect={() => void navigate({ to: '/m/$owner', params: { owner: found.id } })}
            >
              <MerchantName owner={found.id} />
            </MenuItem>
          ))}
          <MenuSeparator />
        </>
      ) : null}
      <MenuItem onSelect={() => void leave()}>
        <LogOut aria-hidden /> {text.signOut}
      </MenuItem>
    </Menu>
  )
}

function NoAccess() {
  const account = useAccount()
  return (
    <Denied
      title={text.denied}
      message={text.deniedNote}
      action={
        account ? (
          <Link to="/m/$owner" params={{ owner: account.uid }} className={buttonLook({ look: 'primary' })}>
            {text.ownBusiness}
          </Link>
        ) : null
      }
    />
  )
}

function MerchantName({ owner }: { owner: string }) {
  const profile = useProfile(owner)
  return <>{(profile.state === 'ready' && profile.data.business_name) || text.otherBusiness}</>
}

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

function OfflineNote() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  if (online) return null
  return (
    <div role="status" className="flex items-center gap-2 bg-pricing-soft px-4 py-2 text-[13px] font-medium text-pricing">
      <WifiOff className="size-4 shrink-0" aria-hidden /> {text.offline}
    </div>
  )
}
