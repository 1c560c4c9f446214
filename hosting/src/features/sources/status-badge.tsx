import { CheckCheck, CircleAlert, CircleHelp, CirclePause, Clock, LoaderCircle, Trash2 } from 'lucide-react'

import type { UploadState } from '@/data/documents'
import { text } from '@/features/sources/text'
import { Badge, type Tone } from '@/ui/badge'

const LOOKS = {
  waiting_for_file: ['plain', Clock],
  queued: ['primary', Clock],
  running: ['primary', LoaderCircle],
  ready: ['good', CheckCheck],
  checked: ['insight', CheckCheck],
  needs_mapping: ['pricing', CircleHelp],
  failed: ['bad', CircleAlert],
  cancelled: ['plain', CirclePause],
  deleting: ['plain', Trash2],
} as const satisfies Record<UploadState, readonly [Tone, typeof Clock]>

export function StatusBadge({ status }: { status: UploadState }) {
  const [tone, Icon] = LOOKS[status]
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className={status === 'running' ? 'animate-spin' : ''} />
      {text.status[status]}
    </Badge>
  )
}
