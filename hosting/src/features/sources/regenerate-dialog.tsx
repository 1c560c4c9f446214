import { useState } from 'react'

import type { SourceRef } from '@/data/paths'
import { regenerateSegments } from '@/features/sources/api'
import { text } from '@/features/sources/text'
import { attempt } from '@/features/accounts/attempt'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Select } from '@/ui/field'

interface RegenerateDialogProps {
  source: SourceRef
  /** The grouping of the latest job, if it was a choice. */
  usual: unknown
  open: boolean
  onOpenChange: (open: boolean) => void
  onStarted?: () => void
}

/** Ask with which grouping, and segment the stored rows again. */
export function RegenerateDialog({ source, usual, open, onOpenChange, onStarted }: RegenerateDialogProps) {
  const [algorithm, setAlgorithm] = useState(typeof usual === 'string' ? usual : 'auto')
  const [busy, setBusy] = useState(false)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={text.regenerate.title}
      note={text.regenerate.note}
      closeLabel={text.regenerate.cancel}
    >
      <Field label={text.algorithm}>
        {(control) => (
          <Select {...control} value={algorithm} onChange={(event) => setAlgorithm(event.target.value)}>
            {Object.entries(text.algorithms).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="mt-4 flex justify-end">
        <Button
          look="primary"
          busy={busy}
          onClick={async () => {
            setBusy(true)
            const options = { algorithm, dry_run: false }
            const done = await attempt(
              () => regenerateSegments(source, options),
              text.job.queuedAgain,
            )
            setBusy(false)
            if (!done) return
            onOpenChange(false)
            onStarted?.()
          }}
        >
          {text.regenerate.start}
        </Button>
      </div>
    </Dialog>
  )
}
