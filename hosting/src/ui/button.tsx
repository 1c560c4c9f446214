import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps } from 'react'

import { classes } from '@/ui/classes'

export const buttonLook = cva(
  'inline-flex items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      look: {
        primary: 'bg-primary text-white hover:bg-primary-hover',
        secondary: 'border border-line bg-surface text-ink hover:bg-sunken',
        quiet: 'text-ink-soft hover:bg-sunken hover:text-ink',
        danger: 'bg-bad-solid text-white hover:brightness-110',
        link: 'h-auto! p-0! text-primary-ink underline-offset-4 hover:underline',
      },
      size: { small: 'h-8 px-2.5 text-[13px]', medium: 'h-9 px-3.5 text-sm', icon: 'size-9' },
    },
    defaultVariants: { look: 'secondary', size: 'medium' },
  },
)

interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonLook> {
  busy?: boolean
}

export function Button({ look, size, busy, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(buttonLook({ look, size }), className)}
    >
      {busy ? <LoaderCircle className="animate-spin" aria-hidden /> : null}
      {children}
    </button>
  )
}
