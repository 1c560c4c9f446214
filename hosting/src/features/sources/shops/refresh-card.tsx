import { type FormEvent, useState } from 'react'

import type { DataSource } from '@/data/documents'
import type { SourceRef } from '@/data/paths'
import { attempt } from '@/features/accounts/attempt'
import { saveRefresh } from '@/features/sources/shops/api'
import { text } from '@/features/sources/shops/text'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Field, Input, Select } from '@/ui/field'

const USUAL_PERCENT = 5

/** How often new segments are made of what the syncs bring. */
export function RefreshCard({ source, shop }: { source: SourceRef; shop: DataSource }) {
  const [when, setWhen] = useState<'nightly' | 'changed'>(shop.refresh?.when ?? 'nightly')
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const typed = new FormData(event.currentTarget).get('percent')
    const percent = typed == null ? (shop.refresh?.percent ?? USUAL_PERCENT) : Number(typed)
    const isRight = Number.isFinite(percent) && percent >= 1 && percent <= 100
    setProblem(isRight ? undefined : text.refresh.bad)
    if (!isRight) return
    setBusy(true)
    await attempt(() => saveRefresh(source, { when, percent }), text.refresh.saved)
    setBusy(false)
  }
  return (
    <Card>
      <CardHead title={text.refresh.title} note={text.refresh.note} />
      <CardBody className="pt-3">
        <form noValidate className="flex flex-wrap items-end gap-3" onSubmit={(event) => void submit(event)}>
          <Field label={text.refresh.label} className="min-w-56 flex-1">
            {(control) => (
              <Select
                {...control}
                value={when}
                onChange={({ target }) => setWhen(target.value === 'changed' ? 'changed' : 'nightly')}
              >
                <option value="nightly">{text.refresh.nightly}</option>
                <option value="changed">{text.refresh.changed}</option>
              </Select>
            )}
          </Field>
          {when === 'changed' ? (
            <Field label={text.refresh.percent} error={problem} className="min-w-56 flex-1">
              {(control) => (
                <Input
                  {...control}
                  name="percent"
                  inputMode="decimal"
                  defaultValue={shop.refresh?.percent ?? USUAL_PERCENT}
                />
              )}
            </Field>
          ) : null}
          <Button type="submit" busy={busy}>
            {text.refresh.save}
          </Button>
        </form>
      </CardBody>
    </Card>
  )
}
