import type { ComponentProps, ReactNode } from 'react'

import { classes } from '@/ui/classes'

export function Card({ className, ...rest }: ComponentProps<'section'>) {
  return (
    <section
      {...rest}
      className={classes(
        'min-w-0 rounded-xl border border-line bg-surface shadow-card print:break-inside-avoid print:shadow-none',
        className,
      )}
    />
  )
}

interface CardHeadProps {
  title: ReactNode
  note?: ReactNode
  actions?: ReactNode
  level?: 2 | 3
  id?: string
}

export function CardHead({ title, note, actions, level = 2, id }: CardHeadProps) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-4 sm:px-5">
      <div className="min-w-[min(13rem,100%)] flex-1">
        <Heading id={id} className="text-[15px] leading-6 font-semibold">
          {title}
        </Heading>
        {note ? <p className="mt-0.5 text-[13px] text-ink-soft">{note}</p> : null}
      </div>
      {actions ? <div className="no-print flex flex-wrap items-center gap-2">{actions}</div> : null}
    </div>
  )
}

export function CardBody({ className, ...rest }: ComponentProps<'div'>) {
  return <div {...rest} className={classes('p-4 sm:p-5', className)} />
}

/** A figure with its label; `note` says what it is compared with. */
export function Figure({
  label,
  value,
  note,
  tone,
}: {
  label: string
  value: ReactNode
  note?: ReactNode
  tone?: 'good' | 'bad' | 'insight' | 'pricing'
}) {
  const colour = { good: 'text-good', bad: 'text-bad', insight: 'text-insight', pricing: 'text-pricing' }
  return (
    <div className="min-w-0">
      <dt className="text-xs font-medium text-ink-soft">{label}</dt>
      <dd
        className={classes(
          'figures mt-0.5 truncate text-xl leading-7 font-semibold tracking-tight',
          tone && colour[tone],
        )}
      >
        {value}
      </dd>
      {note ? <dd className="text-xs text-ink-faint">{note}</dd> : null}
    </div>
  )
}
