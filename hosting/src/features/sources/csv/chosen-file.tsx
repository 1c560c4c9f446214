import { useEffect, useRef, useState } from 'react'

import { formatCount } from '@/data/format'
import { type Detection, firstMeanings, type HowToRead } from '@/features/reading/detection'
import { isBinary } from '@/features/reading/file-check'
import { identifiesCustomers, mappingOf } from '@/features/reading/fields'
import { detectHead } from '@/features/sources/csv/api'
import { MappingEditor } from '@/features/sources/csv/mapping-editor'
import { encodeHead, type Fixes, type Preview, readPreview } from '@/features/reading/preview'
import { PreviewTable } from '@/features/sources/csv/preview-table'
import { text } from '@/features/sources/csv/text'
import type { Options } from '@/features/sources/csv/upload-options'
import { Button } from '@/ui/button'
import { Note, Skeleton } from '@/ui/states'

export interface Chosen {
  key: number
  file: File
  problem: string | null
  /** null: there is none for this kind of file. */
  preview?: Preview | null
  /** What was recognised at first. */
  detection?: Detection | null
  /** What the server says of the meanings as chosen now. */
  verdict?: Detection | null
  fixes?: Fixes
  meanings?: Record<string, string>
  meaningsChanged?: boolean
}

interface ChosenFileProps {
  owner: string
  chosen: Chosen
  options: Options
  onChange: (key: number, fields: Partial<Chosen>) => void
  open: boolean
}

const SETTLE_MS = 500

/** Ask the server what it makes of the file, and again when the meanings or options have changed. */
function useDetection({ owner, chosen, options, onChange }: Omit<ChosenFileProps, 'open'>): boolean {
  const { key, file, detection, meanings, meaningsChanged } = chosen
  const [busy, setBusy] = useState(false)
  const head = useRef<Promise<string> | null>(null)
  const mapping = meaningsChanged && meanings && detection ? mappingOf(detection.columns, meanings) : null
  const asked = JSON.stringify({ mapping, options } satisfies HowToRead)

  useEffect(() => {
    let current = true
    const look = async (): Promise<void> => {
      const how = JSON.parse(asked) as HowToRead
      setBusy(true)
      head.current ??= encodeHead(file)
      try {
        const detected = await detectHead(owner, await head.current, file.name, how)
        if (!current) return
        onChange(
          key,
          how.mapping
            ? { verdict: detected }
            : { detection: detected, verdict: detected, meanings: firstMeanings(detected.guesses, null) },
        )
      } catch {
        if (current) onChange(key, how.mapping ? { verdict: null } : { detection: null })
      } finally {
        if (current) setBusy(false)
      }
    }
    const timer = setTimeout(() => void look(), head.current ? SETTLE_MS : 0)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [asked, file, key, onChange, owner])
  return busy
}

/** First rows and recognised columns of one chosen file. */
export function ChosenFile({ owner, chosen, options, onChange, open }: ChosenFileProps) {
  const { key, file, preview, detection, fixes = {}, meanings = {} } = chosen
  const busy = useDetection({ owner, chosen, options, onChange })

  useEffect(() => {
    let current = true
    const put = (fields: Partial<Chosen>): void => {
      if (current) onChange(key, fields)
    }
    if (isBinary(file.name)) put({ preview: null })
    else void readPreview(file).then((rows) => put({ preview: rows }))
    return () => {
      current = false
    }
  }, [file, key, onChange])

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
              <p className="mt-0.5 mb-2 text-[13px] text-ink-soft">
                {detection.remembered && !chosen.meaningsChanged ? text.mapping.remembered : text.mapping.note}
              </p>
              <MappingEditor
                columns={detection.columns}
                samples={detection.samples}
                guesses={detection.guesses}
                meanings={meanings}
                onChange={(next) => onChange(key, { meanings: next, meaningsChanged: true })}
              />
              <div className="mt-2" aria-busy={busy}>
                {identifiesCustomers(meanings) ? (
                  <Verdict detection={chosen.verdict} />
                ) : (
                  <Note tone="pricing">{text.mapping.noCustomer}</Note>
                )}
              </div>
            </>
          )}
        </section>
      </div>
    </details>
  )
}

/** How the first rows would fare if they were read as chosen. */
function Verdict({ detection }: { detection: Detection | null | undefined }) {
  if (!detection) return null
  if (detection.problem) return <Note tone="pricing">{detection.problem}</Note>
  if (!detection.rows) return null
  const { read, rejected } = detection.rows
  return (
    <Note tone={rejected ? 'pricing' : 'good'} role="status">
      <p className="font-medium">
        {text.verdict.rows(formatCount(read - rejected), formatCount(read))}
      </p>
      {detection.errors.length || detection.notices.length ? (
        <ul className="mt-1 list-disc space-y-0.5 pl-5">
          {detection.errors.slice(0, 5).map(({ line, reason }) => (
            <li key={`${line} ${reason}`}>{text.verdict.line(formatCount(line), reason)}</li>
          ))}
          {detection.notices.map((message) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      ) : null}
    </Note>
  )
}
