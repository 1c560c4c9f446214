import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import type { Upload } from '@/data/documents'
import { useAccess } from '@/features/accounts/access'
import { type Detection, firstMeanings, guessesOf } from '@/features/reading/detection'
import { identifiesCustomers, mappingOf } from '@/features/reading/fields'
import { answerMapping, detectUpload } from '@/features/sources/csv/api'
import { MappingEditor } from '@/features/sources/csv/mapping-editor'
import { text } from '@/features/sources/csv/text'
import { text as sourceText } from '@/features/sources/text'
import { attempt } from '@/features/accounts/attempt'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Loading, Note } from '@/ui/states'

/** The job waits for a merchant who says which column is which. */
export function NeedsMapping({ owner, upload }: { owner: string; upload: Upload }) {
  const { mayChange } = useAccess(owner)
  const [chosen, setChosen] = useState<Record<string, string> | null>(null)
  const [busy, setBusy] = useState(false)
  const preview = useQuery({
    queryKey: ['preview', owner, upload.id],
    queryFn: () => detectUpload(owner, upload.id),
    retry: 1,
  })
  const detection = merge(preview.data, upload)
  const meanings = chosen ?? firstMeanings(detection.guesses, upload.column_mapping)

  return (
    <Card className="border-l-4 border-l-pricing">
      <CardHead title={text.page.needsMapping} note={upload.error?.message || text.page.needsMappingNote} />
      <CardBody className="space-y-3 pt-3">
        {upload.error?.hint && identifiesCustomers(meanings) ? <Note tone="pricing">{upload.error.hint}</Note> : null}
        {preview.isPending ? (
          <Loading label={text.mapping.waiting} rows={1} />
        ) : (
          <MappingEditor
            columns={detection.columns}
            samples={detection.samples}
            guesses={detection.guesses}
            meanings={meanings}
            onChange={setChosen}
            disabled={!mayChange}
          />
        )}
        {identifiesCustomers(meanings) || preview.isPending ? null : (
          <Note tone="pricing">{text.mapping.noCustomer}</Note>
        )}
        {mayChange ? (
          <div className="flex justify-end">
            <Button
              look="primary"
              busy={busy}
              disabled={preview.isPending || !identifiesCustomers(meanings)}
              onClick={async () => {
                setBusy(true)
                const mapping = mappingOf(detection.columns, meanings)
                await attempt(
                  () => answerMapping(owner, upload.id, mapping),
                  sourceText.job.queuedAgain,
                )
                setBusy(false)
              }}
            >
              {text.page.answer}
            </Button>
          </div>
        ) : null}
      </CardBody>
    </Card>
  )
}

/** The server's preview; without one, what the document says was detected. */
function merge(
  preview: Detection | undefined,
  upload: Upload,
): Pick<Detection, 'columns' | 'samples' | 'guesses'> {
  const stored = guessesOf(upload.detected?.mapping ?? {})
  const named = (upload.detected?.columns ?? []).flatMap((column) =>
    typeof column === 'string'
      ? [column]
      : typeof (column as { name?: unknown } | null)?.name === 'string'
        ? [(column as { name: string }).name]
        : [],
  )
  const columns = preview?.columns.length ? preview.columns : named.length ? named : Object.keys(stored)
  const guesses = preview && Object.keys(preview.guesses).length ? preview.guesses : stored
  return { columns, samples: preview?.samples ?? {}, guesses }
}
