import type { ReactNode } from 'react'

import type { SourceRef } from '@/data/paths'
import { deleteSource } from '@/features/sources/api'
import { ConfirmAction } from '@/features/sources/confirm-action'
import { text } from '@/features/sources/text'

interface DeleteDialogProps {
  source: SourceRef
  name: string
  open: boolean
  onOpenChange: (open: boolean) => void
  /** What goes for good, and what stays. */
  children: ReactNode
  onDeleted?: () => void
}

/** Delete a source of any kind, with everything made from it. */
export function DeleteDialog({ source, name, open, onOpenChange, children, onDeleted }: DeleteDialogProps) {
  return (
    <ConfirmAction
      open={open}
      onOpenChange={onOpenChange}
      title={text.delete.title(name)}
      yes={text.delete.confirm}
      no={text.delete.cancel}
      action={() => deleteSource(source)}
      done={text.delete.started}
      onDone={onDeleted}
    >
      {children}
    </ConfirmAction>
  )
}
