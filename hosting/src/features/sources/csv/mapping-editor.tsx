import { Badge } from '@/ui/badge'
import { Select } from '@/ui/field'
import { formatShare } from '@/data/format'
import type { Guess } from '@/features/reading/detection'
import { FIELDS } from '@/features/reading/fields'
import { text } from '@/features/sources/csv/text'
import { text as reading } from '@/features/reading/text'

interface MappingEditorProps {
  columns: string[]
  /** A few values under each header. */
  samples: Record<string, string[]>
  guesses: Record<string, Guess>
  /** The meaning of each column, as chosen now. */
  meanings: Record<string, string>
  onChange: (meanings: Record<string, string>) => void
  disabled?: boolean
}

export function MappingEditor({ columns, samples, guesses, meanings, onChange, disabled }: MappingEditorProps) {
  return (
    <ul className="divide-y divide-line rounded-lg border border-line">
      {columns.map((column) => (
        <li
          key={column}
          className="grid items-center gap-x-4 gap-y-2 px-3 py-2.5 sm:grid-cols-[minmax(0,3fr)_minmax(0,3fr)_5.500rem]"
        >
          <div className="min-w-0">
            <p className="truncate text-[13px] font-medium" title={column}>
              {column}
            </p>
            <p className="truncate text-xs text-ink-soft" title={samples[column]?.join(', ')}>
              {samples[column]?.length ? samples[column].join(', ') : '–'}
            </p>
          </div>
          <Select
            aria-label={text.mapping.meaningOf(column)}
            value={meanings[column] ?? ''}
            disabled={disabled}
            onChange={(event) => onChange({ ...meanings, [column]: event.target.value })}
          >
            <option value="">{text.mapping.ignore}</option>
            {FIELDS.map((field) => (
              <option key={field} value={field}>
                {reading.fields[field]}
              </option>
            ))}
          </Select>
          <Sureness guess={guesses[column]} meaning={meanings[column] ?? ''} />
        </li>
      ))}
    </ul>
  )
}

function Sureness({ guess, meaning }: { guess: Guess | undefined; meaning: string }) {
  if ((guess?.field ?? '') !== meaning) return <Badge tone="primary">{text.mapping.chosen}</Badge>
  const confidence = guess?.confidence
  if (confidence == null || !meaning) return <span className="hidden sm:block" />
  const [tone, word] =
    confidence >= 0.8
      ? (['good', text.mapping.high] as const)
      : confidence >= 0.5
        ? (['pricing', text.mapping.medium] as const)
        : (['bad', text.mapping.low] as const)
  return (
    <Badge tone={tone}>
      {word} {formatShare(confidence)}
    </Badge>
  )
}
