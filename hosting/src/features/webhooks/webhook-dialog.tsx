import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'

import { whatFailed } from '@/data/failure'
import { EVENTS, saveWebhook, type Webhook } from '@/features/webhooks/api'
import { text } from '@/features/webhooks/text'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Checkbox, Field, Input } from '@/ui/field'
import { Secret } from '@/ui/secret'

interface WebhookDialogProps {
  owner: string
  stored: Webhook | null
  onClose: () => void
}

export function WebhookDialog({ owner, stored, onClose }: WebhookDialogProps) {
  const client = useQueryClient()
  const [problem, setProblem] = useState('')
  const [secret, setSecret] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const url = String(form.get('url')).trim()
    const right = /^https?:\/\/\S+$/.test(url) && URL.canParse(url)
    setProblem(right ? '' : text.problems.url)
    if (!right) return
    setBusy(true)
    try {
      const made = await saveWebhook(owner, {
        url,
        events: [...EVENTS],
        active: form.has('active'),
        ...(stored ? { webhook_id: stored.webhook_id } : {}),
      })
      await client.invalidateQueries({ queryKey: ['webhooks', owner] })
      announce(text.saved)
      if (made) setSecret(made)
      else onClose()
    } catch (error) {
      const { message, hint } = whatFailed(error)
      setProblem(`${message} ${hint}`.trim())
    }
    setBusy(false)
  }
  if (secret) return <SecretDialog value={secret} onClose={onClose} />
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={stored ? text.editTitle : text.newTitle}
      closeLabel={text.close}
    >
      <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        <Field label={text.url} hint={text.urlHint} error={problem || undefined}>
          {(control) => (
            <Input
              {...control}
              name="url"
              type="url"
              placeholder="https://"
              maxLength={2000}
              autoComplete="off"
              defaultValue={stored?.url ?? ''}
            />
          )}
        </Field>
        <p className="text-[13px]">
          <span className="font-medium">{text.events}: </span>
          {EVENTS.map((event) => text.eventNames[event]).join(', ')}
        </p>
        <Checkbox name="active" label={text.active} defaultChecked={stored?.state !== 'paused'} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {text.save}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

export function SecretDialog({ value, onClose }: { value: string; onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={text.secret}
      closeLabel={text.close}
    >
      <div className="space-y-4">
        <Secret
          value={value}
          label={text.secret}
          note={text.secretShown}
          copy={text.copy}
          copied={text.copied}
        />
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            {text.done}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
