/** Tell a merchant who looks elsewhere that a job is over. In this browser, on request. */
import { useEffect, useRef } from 'react'

import { useUploads } from '@/features/sources/api'
import { text } from '@/features/sources/csv/text'
import { announce } from '@/ui/announce'

const KEY = 'kindred.notify'

export function wantsNotifications(): boolean {
  return localStorage.getItem(KEY) === 'yes' && 'Notification' in window
}

/** Switch them on or off; asks the browser's permission. Returns what holds now. */
export async function setNotifications(wanted: boolean): Promise<boolean> {
  const granted =
    wanted &&
    'Notification' in window &&
    (await Notification.requestPermission()) === 'granted'
  if (granted) localStorage.setItem(KEY, 'yes')
  else localStorage.removeItem(KEY)
  return granted
}

function notify(words: string): Notification {
  return new Notification(words)
}

/** Announce every upload whose job ends while the app is open. */
export function useJobNotifications(owner: string): void {
  const uploads = useUploads(owner)
  const before = useRef(new Map<string, string>())
  useEffect(() => {
    if (uploads.state !== 'ready') return
    for (const upload of uploads.data) {
      const last = before.current.get(upload.id)
      before.current.set(upload.id, upload.status)
      const say = text.notification[upload.status]
      if (!last || last === upload.status || !say) continue
      const words = say(upload.label || upload.file_name)
      announce(words, upload.status === 'ready' ? 'good' : 'bad')
      if (wantsNotifications() && document.hidden) notify(words)
    }
  }, [uploads])
}
