import { useId, useState } from 'react'

import { classes } from '@/ui/classes'
import { Input } from '@/ui/field'

export interface Choice {
  value: string
  label: string
  note?: string | undefined
}

const TONES = {
  pricing: { box: 'accent-pricing', on: 'border-pricing bg-pricing-soft text-pricing' },
  primary: { box: 'accent-primary', on: 'border-primary bg-primary-soft text-primary-ink' },
}
/** So many are seen at one glance. */
const FEW = 8

interface PickListProps {
  label: string
  hint?: string | undefined
  error?: string | undefined
  choices: Choice[]
  chosen: string[]
  onChange: (chosen: string[]) => void
  disabled?: boolean
  /** Shown where there is nothing to choose from. */
  none: string
  /** Words of the search, where there may be many. */
  search?: { label: string; none: string }
  tone?: keyof typeof TONES
}

/** Several of a few: what is chosen and isn't offered any more stays to be seen, and to be taken off. */
export function PickList({ choices, chosen, search, none, ...props }: PickListProps) {
  const { label, hint, error, onChange, disabled, tone = 'pricing' } = props
  const id = useId()
  const [sought, setSought] = useState('')
  const gone = chosen.filter((value) => !choices.some((choice) => choice.value === value))
  const all = [...choices, ...gone.map((value): Choice => ({ value, label: value }))]
  const wanted = sought.trim().toLowerCase()
  const shown = all.filter((one) => chosen.includes(one.value) || isMeant(one, wanted))
  const isFound = !wanted || all.some((one) => isMeant(one, wanted))
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <fieldset className="min-w-0" aria-describedby={described || undefined} disabled={disabled}>
      <legend className="mb-1 text-[13px] font-medium">{label}</legend>
      {all.length === 0 ? <p className="text-[13px] text-ink-soft">{none}</p> : null}
      {search && all.length > FEW ? (
        <Input
          type="search"
          aria-label={search.label}
          placeholder={search.label}
          autoComplete="off"
          className="mb-1.5"
          value={sought}
          onChange={({ target }) => setSought(target.value)}
          // Enter looks for something; it doesn't send the form around it.
          onKeyDown={(event) => (event.key === 'Enter' ? event.preventDefault() : undefined)}
        />
      ) : null}
      {search && !isFound ? <p className="mb-1.5 text-[13px] text-ink-soft">{search.none}</p> : null}
      <div className="flex max-h-52 flex-wrap gap-1.5 overflow-y-auto">
        {shown.map(({ value, label: words, note }) => {
          const on = chosen.includes(value)
          return (
            <label
              key={value}
              className={classes(
                'relative inline-flex min-h-9 max-w-full items-center gap-2 rounded-lg border px-2.5 py-1 text-[13px] has-focus-visible:outline-2 has-focus-visible:outline-primary-ink',
                on ? ['font-medium', TONES[tone].on] : 'border-line-strong bg-surface',
              )}
            >
              <input
                type="checkbox"
                className={classes('size-4 shrink-0', TONES[tone].box)}
                checked={on}
                onChange={() =>
                  onChange(on ? chosen.filter((one) => one !== value) : [...chosen, value])
                }
              />
              <span className="min-w-0 truncate">{words}</span>
              {note ? <span className="figures shrink-0 text-xs font-normal">{note}</span> : null}
            </label>
          )
        })}
      </div>
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-xs text-ink-soft">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} className="mt-1 text-[13px] font-medium text-bad">
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}

function isMeant({ value, label }: Choice, wanted: string): boolean {
  return label.toLowerCase().includes(wanted) || value.toLowerCase() === wanted
}
