import { X } from 'lucide-react'
import { AlertDialog as Alert, Dialog as Base } from 'radix-ui'
import type { ReactNode } from 'react'

import { Button } from '@/ui/button'

const overlay = 'fixed inset-0 z-40 bg-black/50'
const panel =
  'fixed top-1/2 left-1/2 z-50 flex max-h-[90dvh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 flex-col overflow-y-auto rounded-xl border border-line bg-raised p-5 shadow-raised'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  note?: ReactNode
  closeLabel: string
  children: ReactNode
}

export function Dialog({ open, onOpenChange, title, note, closeLabel, children }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Overlay className={overlay} />
        <Base.Content className={panel} {...(note ? {} : { 'aria-describedby': undefined })}>
          <div className="mb-3 flex items-start justify-between gap-4">
            <div>
              <Base.Title className="text-base font-semibold">{title}</Base.Title>
              {note ? (
                <Base.Description className="mt-1 text-[13px] text-ink-soft">
                  {note}
                </Base.Description>
              ) : null}
            </div>
            <Base.Close asChild>
              <Button look="quiet" size="icon" aria-label={closeLabel} className="-mt-1 -mr-1">
                <X aria-hidden />
              </Button>
            </Base.Close>
          </div>
          {children}
        </Base.Content>
      </Base.Portal>
    </Base.Root>
  )
}

interface ConfirmProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  children: ReactNode
  confirm: ReactNode
  cancelLabel: string
}

/** A question that has to be answered: focus stays inside, Escape says no. */
export function Confirm({ open, onOpenChange, title, children, confirm, cancelLabel }: ConfirmProps) {
  return (
    <Alert.Root open={open} onOpenChange={onOpenChange}>
      <Alert.Portal>
        <Alert.Overlay className={overlay} />
        <Alert.Content className={panel}>
          <Alert.Title className="text-base font-semibold">{title}</Alert.Title>
          <Alert.Description asChild>
            <div className="mt-2 space-y-2 text-ink-soft">{children}</div>
          </Alert.Description>
          <div className="mt-5 flex flex-wrap justify-end gap-2">
            <Alert.Cancel asChild>
              <Button>{cancelLabel}</Button>
            </Alert.Cancel>
            {confirm}
          </div>
        </Alert.Content>
      </Alert.Portal>
    </Alert.Root>
  )
}
