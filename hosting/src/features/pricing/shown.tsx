import type { ReactNode } from 'react'

import type { Live } from '@/features/pricing/api'
import { text } from '@/features/pricing/text'
import { Denied, Failed, Loading } from '@/ui/states'

/** What is shown while something of prices isn't there; the data once it is. */
export function Shown<T>({ live, children }: { live: Live<T>; children: (data: T) => ReactNode }) {
  if (live.state === 'ready') return children(live.data)
  if (live.state === 'loading') return <Loading label={text.loading} />
  if (live.state === 'denied') return <Denied inside title={text.denied} message={text.deniedNote} />
  return (
    <Failed inside title={text.failed} message={live.state === 'failed' ? live.message : text.deniedNote} />
  )
}
