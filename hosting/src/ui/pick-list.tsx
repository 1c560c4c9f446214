import { useId } from 'react'

import { classes } from '@/ui/classes'

export interface Choice {
  value: string
  label: string
  note?: string | undefined
}

interface PickListProps {
  label: string
  hint?: string
  choices: Choice[]
  chosen: string[]
  onChange: (chosen: string[]) => void
  disabled?: boolean
  /** Shown where there is nothing to choose from. */
  none: string
}

/** Several of a few: what is chosen and isn't offered any more stays to be seen, and to be taken off. */
export function PickList({ label, hint, choices, chosen, onChange, disabled, none }: PickListProps) {
  const id = useId()
  const gone = chosen.filter((value) => !choices.some((choice) => choice.value === value))
  const all = [...choices, ...gone.map((value): Choice => ({ value, label: value }))]
  return (
    <fieldset className="min-w-0" aria-describedby={hint ? `${id}-hint` : undefined} disabled={disabled}>
      <legend className="mb-1 text-[13px] font-medium">{label}</legend>
      {all.length === 0 ? <p className="text-[13px] text-ink-soft">{none}</p> : null}
      <div className="flex max-h-52 flex-wrap gap-1.5 overflow-y-auto">
        {all.map(({ value, label: words, note }) => {
          const on = chosen.includes(value)
          return (
            <label
              key={value}
              className={classes(
                'relative inline-flex min-h-9 max-w-full items-center gap-2 rounded-lg border px-2.5 py-1 text-[13px] has-focus-visible:outline-2 has-focus-visible:outline-primary-ink',
                on ? 'border-pricing bg-pricing-soft font-medium text-pricing' : 'border-line-strong bg-surface',
              )}
            >
              <input
                type="checkbox"
                className="size-4 shrink-0 accent-pricing"
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
    </fieldset>
  )
}
