import { useEffect } from 'react'

import { type Detection, detectHead, firstMeanings } from '@/features/uploads/detection'
import { isBinary } from '@/features/uploads/file-check'
import { identifiesCustomers } from '@/features/uploads/fields'
import { MappingEditor } from '@/features/uploads/mapping-editor'
import { encodeHead, type Fixes, type Preview, readPreview } from '@/features/uploads/preview'
import { PreviewTable } from '@/features/uploads/preview-table'
import { text } from '@/features/uploads/text'
import { Button } from '@/ui/button'
import { Note, Skeleton } from '@/ui/states'

export interface Chosen {
  key: number
  file: File
  problem: string | null
  /** null: there is none for this kind of file. */
  preview?: Preview | null
  detection?: Detection | null
  fixes?: Fixes
  meanings?: Record<string, string>
  meaningsChanged?: boolean
}

interface ChosenFileProps {
  owner: string
  chosen: Chosen
  onChange: (key: number, fields: Partial<Chosen>) => void
  open: boolean
}

/** First rows and recognised columns of one chosen file. */
export function ChosenFile({ owner, chosen, onChange, open }: ChosenFileProps) {
  const { key, file, preview, detection, fixes = {}, meanings = {} } = chosen

  useEffect(() => {
    let current = true
    const put = (fields: Partial<Chosen>): void => {
      if (current) onChange(key, fields)
    }
    if (isBinary(file.name)) put({ preview: null })
    else void readPreview(file).then((found) => put({ preview: found }))
    encodeHead(file)
      .then((head) => detectHead(owner, head, file.name))
      .then(
        (found) => put({ detection: found, meanings: firstMeanings(found.guesses, null) }),
        () => put({ detection: null }),
      )
    return () => {
      current = false
    }
  }, [file, key, onChange, owner])

  const fixCount = Object.keys(fixes).length
  return (
    <details open={open} className="border-t border-line">
      <summary className="px-4 py-2.5 text-[13px] font-medium select-none hover:bg-sunken">
        {text.preview.title} · {text.mapping.title}
      </summary>
      <div className="space-y-5 px-4 pt-2 pb-4">
        <section>
          {preview === undefined ? (
            <div role="status">
              <span className="sr-only">{text.preview.loading}</span>
              <Skeleton className="h-40 w-full" />
            </div>
          ) : preview === null ? (
            <Note>{text.preview.failed}</Note>
          ) : (
            <>
              <PreviewTable
                name={file.name}
                preview={preview}
                fixes={fixes}
                onFix={(next) => onChange(key, { fixes: next })}
              />
              <p className="mt-1.5 flex flex-wrap items-center gap-3 text-xs text-ink-soft">
                {preview.editable ? text.preview.fix : text.preview.notEditable}
                {fixCount ? (
                  <>
                    <span className="font-medium text-primary-ink">{text.preview.fixed(fixCount)}</span>
                    <Button look="link" size="small" onClick={() => onChange(key, { fixes: {} })}>
                      {text.preview.undo}
                    </Button>
                  </>
                ) : null}
              </p>
            </>
          )}
        </section>
        <section>
          <h3 className="text-[13px] font-semibold">{text.mapping.title}</h3>
          {detection === undefined ? (
            <div role="status" className="mt-2">
              <span className="sr-only">{text.mapping.waiting}</span>
              <Skeleton className="h-24 w-full" />
            </div>
          ) : detection === null || detection.columns.length === 0 ? (
            <p className="mt-1 text-[13px] text-ink-soft">{text.mapping.later}</p>
          ) : (
            <>
              <p className="mt-0.5 mb-2 text-[13px] text-ink-soft">{text.mapping.note}</p>
              <MappingEditor
                columns={detection.columns}
                samples={detection.samples}
                guesses={detection.guesses}
                meanings={meanings}
                onChange={(next) => onChange(key, { meanings: next, meaningsChanged: true })}
              />
              {detection.problem && !chosen.meaningsChanged ? (
                <div className="mt-2">
                  <Note tone="pricing">{detection.problem}</Note>
                </div>
              ) : identifiesCustomers(meanings) ? null : (
                <div className="mt-2">
                  <Note tone="pricing">{text.mapping.noCustomer}</Note>
                </div>
              )}
            </>
          )}
        </section>
      </div>
    </details>
  )
}
