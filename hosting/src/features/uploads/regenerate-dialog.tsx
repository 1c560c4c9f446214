import { useState } from 'react'

import type { Upload } from '@/data/documents'
import { regenerateSegments, sourceOf } from '@/features/uploads/jobs'
import { text } from '@/features/uploads/text'
import { attempt } from '@/features/uploads/attempt'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Select } from '@/ui/field'

interface RegenerateDialogProps {
  owner: string
  upload: Upload
  open: boolean
  onOpenChange: (open: boolean) => void
  onStarted?: () => void
}

/** Ask with which grouping, and segment the stored rows again. */
export function RegenerateDialog({ owner, upload, open, onOpenChange, onStarted }: RegenerateDialogProps) {
  const usual = upload.options?.['algorithm']
  const [algorithm, setAlgorithm] = useState(typeof usual === 'string' ? usual : 'auto')
  const [busy, setBusy] = useState(false)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={text.page.regenerateTitle}
      note={text.page.regenerateNote}
      closeLabel={text.page.regenerateCancel}
    >
      <Field label={text.choose.algorithm}>
        {(control) => (
          <Select {...control} value={algorithm} onChange={(event) => setAlgorithm(event.target.value)}>
            {Object.entries(text.choose.algorithmChoices).map(([value, words]) => (
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
              () => regenerateSegments(sourceOf(owner, upload.id), options),
              text.page.regenerating,
            )
            setBusy(false)
            if (!done) return
            onOpenChange(false)
            onStarted?.()
          }}
        >
          {text.page.regenerateStart}
        </Button>
      </div>
    </Dialog>
  )
}
