import { Link, Outlet, useParams, useRouter } from '@tanstack/react-router'
import { Menu as MenuIcon, Plus, WifiOff, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'

import { AccountMenu } from '@/app/account-menu'
import { Navigation } from '@/app/navigation'
import { text } from '@/app/text'
import { useAccount } from '@/data/auth'
import { onEmulators } from '@/data/config'
import { useAccess } from '@/features/accounts/access'
import { Mark } from '@/features/accounts/frame'
import { IdleGuard } from '@/features/accounts/idle-guard'
import { SourcePicker } from '@/features/sources/source-picker'
import { useJobNotifications } from '@/features/sources/csv/notifications'
import { UploadTray } from '@/features/sources/csv/upload-tray'
import { Announcer } from '@/ui/announce'
import { Badge } from '@/ui/badge'
import { Button, buttonLook } from '@/ui/button'
import { classes } from '@/ui/classes'
import { Denied, Loading } from '@/ui/states'

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
