import { type FormEvent, useState } from 'react'

import type { SourceRef } from '@/data/paths'
import { attempt } from '@/features/accounts/attempt'
import { rotateCredentials } from '@/features/sources/shops/api'
import { CredentialFields } from '@/features/sources/shops/credential-fields'
import { PLATFORMS, readCredentials } from '@/features/sources/shops/platforms'
import { text } from '@/features/sources/shops/text'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Field, Select } from '@/ui/field'

interface RotateDialogProps {
  source: SourceRef
  name: string
  onClose: () => void
}

/** Give a shop new keys, also one that was let go: it is connected from then on. */
export function RotateDialog({ source, name, onClose }: RotateDialogProps) {
  const ways = (PLATFORMS.find(({ kind }) => kind === source.kind)?.ways ?? []).filter(
    ({ leaves }) => !leaves,
  )
  const [way, setWay] = useState(ways[0])
  const [missing, setMissing] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  if (!way) return null
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const read = readCredentials(new FormData(event.currentTarget), way)
    setMissing(read.missing)
    if (read.missing.length) return
    setBusy(true)
    const done = await attempt(() => rotateCredentials(source, read.credentials), text.actions.rotated)
    setBusy(false)
    if (done) onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={text.actions.rotateTitle(name)}
      note={text.actions.rotateNote}
      closeLabel={text.actions.cancel}
    >
      <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        {ways.length > 1 ? (
          <Field label={text.form.way}>
            {(control) => (
              <Select
                {...control}
                value={way.name}
                onChange={({ target }) => setWay(ways.find((one) => one.name === target.value))}
              >
                {ways.map((one) => (
                  <option key={one.name} value={one.name}>
                    {text.platforms[source.kind]?.ways[one.name] ?? one.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ) : null}
        <CredentialFields way={way} missing={missing} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text.actions.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {text.actions.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
