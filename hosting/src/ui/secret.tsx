import { Copy } from 'lucide-react'

import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { Input } from '@/ui/field'
import { Note } from '@/ui/states'

interface SecretProps {
  value: string
  label: string
  /** That it is seen this once. */
  note: string
  copy: string
  copied: string
}

/** What is shown once and has to be copied now. */
export function Secret({ value, label, note, copy, copied }: SecretProps) {
  return (
    <div className="space-y-2">
      <Note tone="good" role="status">
        {note}
      </Note>
      <div className="flex gap-2">
        <Input
          readOnly
          value={value}
          aria-label={label}
          className="font-mono text-xs"
          onFocus={(event) => event.target.select()}
        />
        <Button onClick={() => void navigator.clipboard.writeText(value).then(() => announce(copied))}>
          <Copy aria-hidden /> {copy}
        </Button>
      </div>
    </div>
  )
}
