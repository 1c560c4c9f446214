import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'

import { classes } from '@/ui/classes'

const look = cva(
  'inline-flex max-w-full items-center gap-1 rounded-full px-2 py-0.5 text-xs leading-4 font-medium whitespace-nowrap [&_svg]:size-3.5 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        plain: 'bg-sunken text-ink-soft',
        primary: 'bg-primary-soft text-primary-ink',
        good: 'bg-good-soft text-good',
        bad: 'bg-bad-soft text-bad',
        insight: 'bg-insight-soft text-insight',
        pricing: 'bg-pricing-soft text-pricing',
        csv: 'bg-csv-soft text-csv',
        platform: 'bg-platform-soft text-platform',
      },
    },
    defaultVariants: { tone: 'plain' },
  },
)

export type Tone = NonNullable<VariantProps<typeof look>['tone']>

export function Badge({ tone, className, ...rest }: ComponentProps<'span'> & { tone?: Tone }) {
  return <span {...rest} className={classes(look({ tone }), className)} />
}
