/** What a view shows when it has nothing else to show: loading, empty, failed, denied. */
import { CircleAlert, Inbox, Lock, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

import { classes } from '@/ui/classes'

export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={classes('animate-pulse rounded-md bg-sunken', className)} />
}

export function Loading({ label, rows = 3 }: { label: string; rows?: number }) {
  return (
    <div role="status" className="space-y-3">
      <span className="sr-only">{label}</span>
      <Skeleton className="h-7 w-56 max-w-full" />
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} className="h-24 w-full rounded-xl" />
      ))}
    </div>
  )
}

interface StateProps {
  title: string
  children?: ReactNode
  action?: ReactNode
  icon?: LucideIcon
  tone?: 'plain' | 'bad'
  /** It is the whole page, and its title the page's heading; else it is a part of a page. */
  page?: boolean
}

export function State({
  title,
  children,
  action,
  icon: Icon = Inbox,
  tone = 'plain',
  page,
}: StateProps) {
  const Heading = page ? 'h1' : 'h2'
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-4 py-10 text-center">
      <span
        className={classes(
          'mb-3 grid size-11 place-items-center rounded-full',
          tone === 'bad' ? 'bg-bad-soft text-bad' : 'bg-sunken text-ink-soft',
        )}
      >
        <Icon className="size-5" aria-hidden />
      </span>
      <Heading className="text-base font-semibold">{title}</Heading>
      {children ? <div className="mt-1 text-ink-soft">{children}</div> : null}
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  )
}

interface TroubleProps {
  title: string
  message: string
  action?: ReactNode
  /** A part of a page that has more to show. */
  inside?: boolean
}

export function Failed({ title, message, action, inside }: TroubleProps) {
  return (
    <div role="alert">
      <State title={title} icon={CircleAlert} tone="bad" action={action} page={!inside}>
        {message}
      </State>
    </div>
  )
}

export function Denied({ title, message, action, inside }: TroubleProps) {
  return (
    <State title={title} icon={Lock} action={action} page={!inside}>
      {message}
    </State>
  )
}

export function Note({
  tone = 'plain',
  children,
  role,
}: {
  tone?: 'plain' | 'good' | 'bad' | 'insight' | 'pricing'
  children: ReactNode
  role?: 'status' | 'alert'
}) {
  const look = {
    plain: 'bg-sunken text-ink',
    good: 'bg-good-soft text-good',
    bad: 'bg-bad-soft text-bad',
    insight: 'bg-insight-soft text-insight',
    pricing: 'bg-pricing-soft text-pricing',
  }
  return (
    <div role={role} className={classes('rounded-lg px-3 py-2 text-[13px]', look[tone])}>
      {children}
    </div>
  )
}
