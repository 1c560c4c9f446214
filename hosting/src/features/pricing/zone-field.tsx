import { useId } from 'react'

import { Field, Input } from '@/ui/field'

interface ZoneFieldProps {
  label: string
  value: string
  error?: string | undefined
  onChange: (zone: string) => void
}

/** The zones that this browser knows, offered while one is typed. */
export function ZoneField({ label, value, error, onChange }: ZoneFieldProps) {
  const list = useId()
  return (
    <Field label={label} error={error}>
      {(control) => (
        <>
          <Input
            {...control}
            list={list}
            value={value}
            maxLength={64}
            autoComplete="off"
            onChange={({ target }) => onChange(target.value)}
          />
          <datalist id={list}>
            {ZONES.map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')]
