import { type FormEvent, useState } from 'react'

import { attempt } from '@/features/accounts/attempt'
import { text } from '@/features/sources/text'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Input } from '@/ui/field'

interface RenameDialogProps {
  /** What it is called now. */
  name: string
  open: boolean
  onOpenChange: (open: boolean) => void
  onRename: (name: string) => Promise<void>
}

/** Give a source another name; it stays open where that failed. */
export function RenameDialog({ name, open, onOpenChange, onRename }: RenameDialogProps) {
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const chosen = String(new FormData(event.currentTarget).get('label')).trim()
    if (!chosen) return
    setBusy(true)
    const done = await attempt(() => onRename(chosen), text.rename.done)
    setBusy(false)
    if (done) onOpenChange(false)
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={text.rename.title(name)}
      closeLabel={text.rename.cancel}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Field label={text.rename.label}>
          {(control) => (
            <Input {...control} name="label" required maxLength={200} defaultValue={name} />
          )}
        </Field>
        <div className="mt-4 flex justify-end">
          <Button type="submit" look="primary" busy={busy}>
            {text.rename.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
