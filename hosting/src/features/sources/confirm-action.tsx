import { type ReactNode, useState } from 'react'

import { attempt } from '@/features/accounts/attempt'
import { Button } from '@/ui/button'
import { Confirm } from '@/ui/dialog'

interface ConfirmActionProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  /** What the action takes away, and what stays. */
  children: ReactNode
  yes: string
  no: string
  action: () => Promise<void>
  /** What is said once it has worked. */
  done: string
  onDone?: () => void
}

/** A question, and what a yes does. The question goes when that has ended, well or not. */
export function ConfirmAction({
  open,
  onOpenChange,
  title,
  children,
  yes,
  no,
  action,
  done,
  onDone,
}: ConfirmActionProps) {
  const [busy, setBusy] = useState(false)
  const act = async (): Promise<void> => {
    setBusy(true)
    const worked = await attempt(action, done)
    setBusy(false)
    onOpenChange(false)
    if (worked) onDone?.()
  }
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      cancelLabel={no}
      confirm={
        <Button look="danger" busy={busy} onClick={() => void act()}>
          {yes}
        </Button>
      }
    >
      {children}
    </Confirm>
  )
}
