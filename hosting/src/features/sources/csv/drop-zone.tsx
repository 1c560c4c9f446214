import { CloudUpload } from 'lucide-react'
import { useRef, useState } from 'react'

import { text } from '@/features/sources/csv/text'
import { Badge } from '@/ui/badge'
import { Button } from '@/ui/button'
import { classes } from '@/ui/classes'

interface DropZoneProps {
  onFiles: (files: File[]) => void
  several: boolean
  /** Files are chosen already: leave them the room. */
  compact: boolean
}

/** Where files are dropped, or chosen by a button. */
export function DropZone({ onFiles, several, compact }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        onFiles([...event.dataTransfer.files])
      }}
      className={classes(
        'flex flex-col items-center gap-2 rounded-xl border-2 border-dashed border-line-strong bg-surface px-4 text-center transition-colors',
        compact ? 'py-4' : 'py-10',
        over && 'border-csv bg-csv-soft',
      )}
    >
      {compact ? null : (
        <span className="mb-1 grid size-12 place-items-center rounded-full bg-csv-soft text-csv">
          <CloudUpload className="size-6" aria-hidden />
        </span>
      )}
      <p className="font-medium">{text.choose.drop}</p>
      <div className="flex flex-wrap items-center justify-center gap-2">
        <span className="text-ink-soft">{text.choose.or}</span>
        <Button onClick={() => input.current?.click()}>
          {several ? text.choose.pick : text.choose.pickOne}
        </Button>
      </div>
      <input
        ref={input}
        type="file"
        className="sr-only"
        tabIndex={-1}
        aria-label={several ? text.choose.pick : text.choose.pickOne}
        accept=".csv,.tsv,.tab,.txt,.xlsx,.gz,.zip,text/csv"
        multiple={several}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <p className="text-xs text-ink-soft">{text.choose.limits}</p>
      {compact ? null : (
        <Badge tone="csv">
          <a href="/template.csv" download className="underline underline-offset-2">
            {text.choose.template}
          </a>
        </Badge>
      )}
    </div>
  )
}
