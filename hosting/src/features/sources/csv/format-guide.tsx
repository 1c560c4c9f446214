import { BookOpen } from 'lucide-react'
import { useState } from 'react'

import { text } from '@/features/sources/csv/text'
import { Button } from '@/ui/button'
import { Dialog } from '@/ui/dialog'

export function FormatGuide() {
  const [open, setOpen] = useState(false)
  const { guideText } = text
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)}>
        <BookOpen aria-hidden /> {text.guide}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={guideText.title} closeLabel={guideText.close}>
        <dl className="space-y-3">
          {guideText.parts.map(([head, body]) => (
            <div key={head}>
              <dt className="font-medium">{head}</dt>
              <dd className="text-ink-soft">{body}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-4 text-ink-soft">{guideText.more}</p>
        <p className="mt-4">
          <a
            href="/template.csv"
            download
            className="font-medium text-primary-ink underline underline-offset-4"
          >
            {text.choose.template}
          </a>
        </p>
      </Dialog>
    </>
  )
}
