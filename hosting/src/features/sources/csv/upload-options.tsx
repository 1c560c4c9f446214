import { text } from '@/features/sources/csv/text'
import { text as sourceText } from '@/features/sources/text'
import { Card } from '@/ui/card'
import { Checkbox, Field, Input, Select } from '@/ui/field'

/** `options` of the upload document; what is left to the defaults isn't there. */
export type Options = Record<string, string | boolean>

interface UploadOptionsProps {
  options: Options
  onChange: (options: Options) => void
}

export function UploadOptions({ options, onChange }: UploadOptionsProps) {
  const set = (name: string, value: string | boolean): void => {
    const { [name]: _, ...others } = options
    onChange(value === '' || value === false ? others : { ...others, [name]: value })
  }
  const choice = (name: string, label: string, choices: Record<string, string>, usual: string) => (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          value={(options[name] as string | undefined) ?? usual}
          onChange={(event) => set(name, event.target.value === usual ? '' : event.target.value)}
        >
          {Object.entries(choices).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
  return (
    <Card>
      <details>
        <summary className="px-4 py-3 font-medium select-none hover:bg-sunken sm:px-5">
          {text.choose.options}
        </summary>
        <div className="grid gap-4 border-t border-line p-4 sm:grid-cols-2 sm:p-5 lg:grid-cols-3">
          {choice('algorithm', sourceText.algorithm, sourceText.algorithms, 'auto')}
          {choice('duplicate_customers', text.choose.duplicates, text.choose.duplicateChoices, 'merge')}
          {choice('date_order', text.choose.dates, text.choose.dateChoices, 'auto')}
          <Field label={text.choose.currency} hint={text.choose.currencyHint}>
            {(control) => <CurrencyInput {...control} onChange={(value) => set('currency', value)} />}
          </Field>
          <Field label={text.choose.asOf} hint={text.choose.asOfHint}>
            {(control) => (
              <Input {...control} type="date" onChange={(event) => set('as_of', event.target.value)} />
            )}
          </Field>
          <div className="self-center">
            <Checkbox
              checked={options['dry_run'] === true}
              onChange={(event) => set('dry_run', event.target.checked)}
              label={
                <>
                  <span className="font-medium">{text.choose.dryRun}</span>
                  <span className="block text-ink-soft">{text.choose.dryRunNote}</span>
                </>
              }
            />
          </div>
        </div>
      </details>
    </Card>
  )
}

/** Passes on nothing until it is three letters. */
function CurrencyInput({ onChange, ...control }: { onChange: (value: string) => void; id: string }) {
  return (
    <Input
      {...control}
      maxLength={3}
      autoCapitalize="characters"
      className="uppercase"
      onChange={(event) => {
        const value = event.target.value.toUpperCase()
        onChange(/^[A-Z]{3}$/.test(value) ? value : '')
      }}
    />
  )
}
