import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'

import { whatFailed } from '@/data/failure'
import { createKey, type NewKey, SCOPES } from '@/features/keys/api'
import { ShownOnce } from '@/features/keys/keys-card'
import { text } from '@/features/keys/text'
import { useSourcesWithResults } from '@/features/sources/api'
import { sourceKey } from '@/features/sources/source'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Checkbox, Field, Input, Textarea } from '@/ui/field'
import { Note } from '@/ui/states'

type Problems = Partial<Record<'name' | 'scopes' | 'sources' | 'origins' | 'all', string>>

/** What is asked for, or what has to be mended first. */
export function readKey(form: FormData): { key: NewKey; problems: null } | { key: null; problems: Problems } {
  const problems: Problems = {}
  const name = String(form.get('name') ?? '').trim()
  const scopes = form.getAll('scopes').map(String)
  const sources = form.getAll('sources').map((one) => {
    const [kind = '', id = ''] = String(one).split(':')
    return { kind, id }
  })
  const origins = String(form.get('origins') ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((origin) => origin.replace(/\/$/, ''))
  if (!name) problems.name = text.problems.name
  if (!scopes.length) problems.scopes = text.problems.scopes
  if (!sources.length) problems.sources = text.problems.sources
  if (!origins.every(isOrigin)) problems.origins = text.problems.origins
  else if (origins.length && scopes.includes('read')) problems.scopes = text.problems.read
  if (Object.keys(problems).length) return { key: null, problems }
  return { key: { name, scopes, sources, origins }, problems: null }
}

/** Pages of one's own machine may come without TLS. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, protocol, hostname } = new URL(text)
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && hostname === 'localhost'))
}

export function KeyDialog({ owner, onClose }: { owner: string; onClose: () => void }) {
  const client = useQueryClient()
  const { csv, platforms, state } = useSourcesWithResults(owner)
  const loading = state === 'loading'
  const sources = loading ? [] : [...csv, ...platforms]
  const [problems, setProblems] = useState<Problems>({})
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const read = readKey(new FormData(event.currentTarget))
    setProblems(read.problems ?? {})
    if (!read.key) return
    setBusy(true)
    try {
      setKey(await createKey(owner, read.key))
      await client.invalidateQueries({ queryKey: ['keys', owner] })
    } catch (error) {
      const { message, hint } = whatFailed(error)
      setProblems({ all: `${message} ${hint}`.trim() })
    }
    setBusy(false)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={text.newTitle}
      closeLabel={text.close}
    >
      {key ? (
        <ShownOnce value={key} onClose={onClose} />
      ) : (
        <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
          <Field label={text.name} hint={text.nameHint} error={problems.name}>
            {(control) => <Input {...control} name="name" maxLength={100} autoComplete="off" />}
          </Field>
          <fieldset>
            <legend className="mb-1.5 text-[13px] font-medium">{text.scopes}</legend>
            <div className="space-y-1.5">
              {SCOPES.map((scope) => (
                <Checkbox
                  key={scope}
                  name="scopes"
                  value={scope}
                  label={text.scopeNames[scope]}
                  defaultChecked={scope === 'prices'}
                />
              ))}
            </div>
            <Problem words={problems.scopes} />
          </fieldset>
          <fieldset>
            <legend className="mb-1.5 text-[13px] font-medium">{text.sources}</legend>
            {sources.length === 0 ? (
              <p className="text-[13px] text-ink-soft">{loading ? text.loadingSources : text.noSources}</p>
            ) : null}
            <div className="max-h-40 space-y-1.5 overflow-y-auto">
              {sources.map(({ ref, label }) => (
                <Checkbox
                  key={sourceKey(ref)}
                  name="sources"
                  value={sourceKey(ref)}
                  label={label}
                  defaultChecked={sources.length === 1}
                />
              ))}
            </div>
            <Problem words={problems.sources} />
          </fieldset>
          <Field label={text.origins} hint={text.originsHint} error={problems.origins}>
            {(control) => (
              <Textarea {...control} name="origins" rows={2} maxLength={6000} />
            )}
          </Field>
          {problems.all ? (
            <Note tone="bad" role="alert">
              {problems.all}
            </Note>
          ) : null}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{text.cancel}</Button>
            <Button type="submit" look="primary" busy={busy} disabled={loading}>
              {text.create}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

function Problem({ words }: { words: string | undefined }) {
  return words ? <p className="mt-1 text-[13px] font-medium text-bad">{words}</p> : null
}
