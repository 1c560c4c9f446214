import { useRef, useState } from 'react'

import type { Upload } from '@/data/documents'
import { csvSource } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { findProblem, storedName } from '@/features/reading/file-check'
import { cancelJob } from '@/features/sources/api'
import { text } from '@/features/sources/csv/text'
import { text as sourceText } from '@/features/sources/text'
import { send, type Transfer } from '@/features/sources/csv/transfers'
import { attempt } from '@/features/accounts/attempt'
import { TransferRow } from '@/features/sources/csv/upload-tray'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Note } from '@/ui/states'

interface WaitingForFileProps {
  owner: string
  upload: Upload
  transfer: Transfer | undefined
}

/** The file is on its way from this tab, or it was cut off and is asked for again. */
export function WaitingForFile({ owner, upload, transfer }: WaitingForFileProps) {
  const { mayChange } = useAccess(owner)
  const input = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState('')

  if (transfer && transfer.state !== 'cancelled') {
    return (
      <Card>
        <CardHead title={text.transfer.title} />
        <CardBody className="pt-3">
          <TransferRow transfer={transfer} />
        </CardBody>
      </Card>
    )
  }

  const choose = async (file: File): Promise<void> => {
    if (storedName(file.name) !== upload.file_name) {
      setProblem(text.page.otherFile(file.name, upload.file_name))
      return
    }
    const reason = await findProblem(file)
    setProblem(reason ?? '')
    if (!reason) void send(owner, upload.id, upload.file_name, file)
  }

  return (
    <Card className="border-l-4 border-l-pricing">
      <CardHead title={text.page.cutOff} note={text.page.cutOffNote(upload.file_name)} />
      <CardBody className="space-y-3 pt-3">
        {problem ? (
          <Note tone="bad" role="alert">
            {problem}
          </Note>
        ) : null}
        {mayChange ? (
          <div className="flex flex-wrap gap-2">
            <Button look="primary" onClick={() => input.current?.click()}>
              {text.page.chooseAgain}
            </Button>
            <Button
              onClick={() =>
                void attempt(() => cancelJob(csvSource(owner, upload.id)), sourceText.status['cancelled'] ?? '')
              }
            >
              {text.transfer.cancel}
            </Button>
            <input
              ref={input}
              type="file"
              className="sr-only"
              tabIndex={-1}
              aria-label={text.page.chooseAgain}
              onChange={(event) => {
                const file = event.target.files?.[0]
                event.target.value = ''
                if (file) void choose(file)
              }}
            />
          </div>
        ) : null}
      </CardBody>
    </Card>
  )
}
