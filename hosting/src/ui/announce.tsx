/** What screen readers are told of, and shown for a while: one live region for the whole app. */
import { useSyncExternalStore } from 'react'

let said = ''
let shown: { text: string; tone: 'good' | 'bad' } | null = null
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function notify(): void {
  for (const listener of listeners) listener()
}

/** Say `text` to those who listen, and show it for a while. */
export function announce(text: string, tone: 'good' | 'bad' = 'good'): void {
  said = text
  shown = { text, tone }
  clearTimeout(timer)
  timer = setTimeout(() => {
    shown = null
    said = ''
    notify()
  }, 7000)
  notify()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => said)
  const toast = useSyncExternalStore(subscribe, () => shown)
  return (
    <>
      <div aria-live="polite" role="status" className="sr-only">
        {text}
      </div>
      {toast ? (
        <div
          aria-hidden
          className="no-print fixed right-4 bottom-4 left-4 z-50 rounded-lg bg-ink px-4 py-3 text-sm font-medium text-surface shadow-raised sm:left-auto sm:max-w-sm"
        >
          {toast.text}
        </div>
      ) : null}
    </>
  )
}
