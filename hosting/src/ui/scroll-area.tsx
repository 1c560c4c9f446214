import type { ComponentProps } from 'react'

import { classes } from '@/ui/classes'

interface ScrollAreaProps extends ComponentProps<'div'> {
  label: string
}

/**
 * A part of a page that scrolls by itself, also by keyboard. It is positioned: words for screen
 * readers inside it would else stand where they would be without scrolling, and widen the page.
 */
export function ScrollArea({ label, className, ...rest }: ScrollAreaProps) {
  return (
    <div
      role="group"
      aria-label={label}
      tabIndex={0}
      {...rest}
      className={classes('relative overflow-auto', className)}
    />
  )
}
