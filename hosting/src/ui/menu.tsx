import { DropdownMenu as Base } from 'radix-ui'
import type { ReactNode } from 'react'

import { classes } from '@/ui/classes'

export function Menu({ trigger, children, align = 'end' }: { trigger: ReactNode; children: ReactNode; align?: 'start' | 'end' }) {
  return (
    <Base.Root>
      <Base.Trigger asChild>{trigger}</Base.Trigger>
      <Base.Portal>
        <Base.Content
          align={align}
          sideOffset={6}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-52 overflow-y-auto rounded-xl border border-line bg-raised p-1.5 shadow-raised"
        >
          {children}
        </Base.Content>
      </Base.Portal>
    </Base.Root>
  )
}

const item =
  'flex w-full cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 text-left text-sm outline-none select-none data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50 data-[highlighted]:bg-sunken [&_svg]:size-4 [&_svg]:shrink-0'

export function MenuItem({
  onSelect,
  danger,
  disabled,
  children,
  asChild,
}: {
  onSelect?: () => void
  danger?: boolean
  disabled?: boolean
  children: ReactNode
  asChild?: boolean
}) {
  return (
    <Base.Item
      asChild={asChild ?? false}
      disabled={disabled ?? false}
      {...(onSelect ? { onSelect } : {})}
      className={classes(item, danger && 'text-bad')}
    >
      {children}
    </Base.Item>
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Base.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-soft">{children}</Base.Label>
}

export function MenuSeparator() {
  return <Base.Separator className="my-1.5 h-px bg-line" />
}
