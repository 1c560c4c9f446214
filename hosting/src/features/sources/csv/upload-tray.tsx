import { Link } from '@tanstack/react-router'
import { useEffect, useSyncExternalStore } from 'react'

import { formatBytes } from '@/data/format'
import { text } from '@/features/sources/csv/text'
import {
  cancelTransfer,
  forgetTransfer,
  retryTransfer,
  type Transfer,
  useTransfers,
} from '@/features/sources/csv/transfers'
import { Button } from '@/ui/button'
import { Progress } from '@/ui/progress'

/** What is being sent, whatever screen is open. */
export function UploadTray() {
  const transfers = useTransfers().filter((one) => one.state === 'sending' || one.state === 'failed')
  if (transfers.length === 0) return null
  return (
    <aside
      aria-label={text.transfer.tray}
      className="no-print fixed right-3 bottom-3 left-3 z-30 space-y-3 rounded-xl border border-line bg-raised p-3 shadow-raised sm:left-auto sm:w-80"
    >
      {transfers.map((transfer) => (
        <TransferRow key={transfer.uploadId} transfer={transfer} linked />
      ))}
    </aside>
  )
}

export function TransferRow({ transfer, linked }: { transfer: Transfer; linked?: boolean }) {
  const online = useOnline()
  const { owner, uploadId, fileName, size, sent, state } = transfer
  useEffect(() => {
    if (state !== 'sent') return undefined
    const timer = setTimeout(() => forgetTransfer(uploadId), 30_000)
    return () => clearTimeout(timer)
  }, [state, uploadId])
  return (
    <div>
      <div className="mb-1.5 flex items-center justify-between gap-3 text-[13px]">
        {linked ? (
          <Link
            to="/m/$owner/uploads/$uploadId"
            params={{ owner, uploadId }}
            className="truncate font-medium underline-offset-4 hover:underline"
          >
            {fileName}
          </Link>
        ) : (
          <span className="truncate font-medium">{fileName}</span>
        )}
        <span className="figures shrink-0 text-ink-soft">
          {text.transfer.of(formatBytes(sent), formatBytes(size))}
        </span>
      </div>
      <Progress value={size ? (sent / size) * 100 : 0} label={text.transfer.progress(fileName)} tone="csv" />
      {state === 'sending' && !online ? (
        <p role="status" className="mt-1.5 text-xs text-pricing">
          {text.transfer.offline}
        </p>
      ) : null}
      {state === 'failed' ? (
        <p role="alert" className="mt-1.5 text-xs text-bad">
          {text.transfer.failed} {transfer.problem}
        </p>
      ) : null}
      <div className="mt-1.5 flex gap-3">
        {state === 'failed' ? (
          <Button look="link" size="small" onClick={() => retryTransfer(transfer)}>
            {text.transfer.resume}
          </Button>
        ) : null}
        {state === 'sending' || state === 'failed' ? (
          <Button
            look="link"
            size="small"
            onClick={() => void cancelTransfer(transfer).catch(() => undefined)}
          >
            {text.transfer.cancel}
          </Button>
        ) : null}
      </div>
    </div>
  )
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (listener) => {
      addEventListener('online', listener)
      addEventListener('offline', listener)
      return () => {
        removeEventListener('online', listener)
        removeEventListener('offline', listener)
      }
    },
    () => navigator.onLine,
  )
}
