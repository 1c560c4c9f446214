import { type FormEvent, useState } from 'react'

import { whatFailed } from '@/data/failure'
import { formatCount } from '@/data/format'
import { type Imported, importProducts } from '@/features/pricing/api'
import { text } from '@/features/pricing/products/text'
import { text as pricing } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'
import { Checkbox, Field, Input } from '@/ui/field'
import { Note } from '@/ui/states'

/** What the server takes at a time. */
const MOST_CHARACTERS = 400_000
const SHOWN_ERRORS = 10

/** What became of an import, in a sentence. */
export function importedText({ created, updated, kept }: Imported): string {
  const [first, second, third] = [created, updated, kept].map(formatCount)
  return updated || kept
    ? text.importedMore(first ?? '', second ?? '', third ?? '')
    : text.imported(first ?? '')
}

/** Products from a file of the merchant; the server says what it could not read. */
export function FileDialog({ currency, onClose }: { currency: string; onClose: () => void }) {
  const { source } = usePlace()
  const [file, setFile] = useState<File | null>(null)
  const [problem, setProblem] = useState('')
  const [imported, setImported] = useState<Imported | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (!file) return setProblem(text.csv.need)
    const csv = await file.text()
    if (csv.length > MOST_CHARACTERS) return setProblem(text.csv.tooLong)
    setProblem('')
    setBusy(true)
    try {
      const reply = await importProducts(source.ref, {
        csv,
        currency: String(form.get('currency')).trim().toUpperCase() || currency,
        tax_included: form.has('tax'),
        overwrite: form.has('overwrite'),
      })
      setImported(reply)
    } catch (error) {
      const { message, hint } = whatFailed(error)
      setProblem(`${message} ${hint}`.trim())
    }
    setBusy(false)
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={text.csv.title}
      note={text.csv.note}
      closeLabel={pricing.close}
    >
      <form noValidate className="space-y-4" onSubmit={(event) => void submit(event)}>
        <Field label={text.csv.choose}>
          {(control) => (
            <Input
              {...control}
              type="file"
              accept=".csv,text/csv"
              className="py-1.5"
              onChange={({ target }) => setFile(target.files?.[0] ?? null)}
            />
          )}
        </Field>
        <Field label={text.csv.currency} hint={text.currencyHint}>
          {(control) => <Input {...control} name="currency" maxLength={3} defaultValue={currency} />}
        </Field>
        <Checkbox name="tax" label={text.csv.tax} defaultChecked />
        <Checkbox name="overwrite" label={text.csv.overwrite} />
        {problem ? (
          <Note tone="bad" role="alert">
            {problem}
          </Note>
        ) : null}
        {imported ? <Outcome imported={imported} /> : null}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{pricing.close}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {text.csv.take}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Outcome({ imported }: { imported: Imported }) {
  return (
    <>
      <Note tone="good" role="status">
        {importedText(imported)}
      </Note>
      {imported.errors.length ? (
        <Note tone="pricing">
          <p className="font-medium">{text.csv.wrong(formatCount(imported.rejected))}</p>
          <ul className="mt-1 list-disc pl-4">
            {imported.errors.slice(0, SHOWN_ERRORS).map(({ line, message }) => (
              <li key={line}>{text.csv.row(line, message)}</li>
            ))}
          </ul>
        </Note>
      ) : null}
    </>
  )
}
