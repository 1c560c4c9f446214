import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { CloudUpload, FileSpreadsheet, Trash2 } from 'lucide-react'
import { useCallback, useState } from 'react'

import { whatFailed } from '@/data/failure'
import { formatBytes } from '@/data/format'
import { useAccess } from '@/features/accounts/access'
import { useUploads } from '@/features/sources/api'
import { ChosenFile, type Chosen } from '@/features/sources/csv/chosen-file'
import { findProblem, MAX_FILES } from '@/features/reading/file-check'
import { mappingOf } from '@/features/reading/fields'
import { DropZone } from '@/features/sources/csv/drop-zone'
import { FormatGuide } from '@/features/sources/csv/format-guide'
import { fixedFile } from '@/features/reading/preview'
import { text } from '@/features/sources/csv/text'
import { text as reading } from '@/features/reading/text'
import { startUpload } from '@/features/sources/csv/transfers'
import { type Options, UploadOptions } from '@/features/sources/csv/upload-options'
import { Button } from '@/ui/button'
import { Card, CardBody } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Denied, Note } from '@/ui/states'
import { Switch } from '@/ui/switch'

let lastKey = 0

/**
 * Choose files, say how they are to be read, and start. Previews arrive while a merchant goes on, so
 * they stand below everything that is clicked: they may push nothing away from under the pointer.
 */
export function NewUploadPage() {
  const { owner } = useParams({ from: '/m/$owner/uploads/new' })
  const { based_on: basedOn, mode = 'replace' } = useSearch({ from: '/m/$owner/uploads/new' })
  const { mayChange } = useAccess(owner)
  const uploads = useUploads(owner)
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<Chosen[]>([])
  const [segments, setSegments] = useState(true)
  const [options, setOptions] = useState<Options>({})
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const base = uploads.state === 'ready' ? uploads.data.find(({ id }) => id === basedOn) : undefined
  const most = basedOn ? 1 : MAX_FILES

  const add = useCallback(
    async (files: File[]) => {
      setProblem(files.length > most ? reading.problems.many(most) : '')
      const checked = await Promise.all(
        files.slice(0, most).map(async (file): Promise<Chosen> => {
          lastKey += 1
          return { key: lastKey, file, problem: await findProblem(file) }
        }),
      )
      setChosen((before) => {
        const known = new Set(before.map(({ file }) => `${file.name}:${file.size}`))
        const fresh = checked.filter(({ file }) => !known.has(`${file.name}:${file.size}`))
        if (fresh.length < checked.length) setProblem(reading.problems.twice)
        return basedOn ? checked : [...before, ...fresh].slice(0, most)
      })
    },
    [basedOn, most],
  )

  const change = useCallback((key: number, fields: Partial<Chosen>) => {
    setChosen((before) => before.map((one) => (one.key === key ? { ...one, ...fields } : one)))
  }, [])

  const good = chosen.filter((one) => !one.problem)

  const start = async (): Promise<void> => {
    setBusy(true)
    setProblem('')
    try {
      const ids: string[] = []
      for (const one of good) {
        const changed = one.meanings && one.detection && one.meaningsChanged
        ids.push(
          await startUpload(owner, {
            file: one.preview ? fixedFile(one.file, one.preview, one.fixes ?? {}) : one.file,
            generateSegments: segments,
            columnMapping:
              changed && one.meanings && one.detection
                ? mappingOf(one.detection.columns, one.meanings)
                : null,
            options: { ...options },
            basedOn: basedOn ? { upload_id: basedOn, mode } : null,
          }),
        )
      }
      const [only, ...others] = ids
      if (only && others.length === 0) {
        await navigate({ to: '/m/$owner/uploads/$uploadId', params: { owner, uploadId: only } })
      } else {
        await navigate({ to: '/m/$owner/uploads', params: { owner } })
      }
    } catch (error) {
      setProblem(whatFailed(error).message)
      setBusy(false)
    }
  }

  if (!mayChange) {
    return <Denied title={text.choose.viewerDenied} message={text.choose.viewerNote} />
  }
  const baseName = base?.label || base?.file_name || text.earlier
  return (
    <div className="mx-auto max-w-4xl space-y-4">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">
          {basedOn ? text.choose.replaceTitle(baseName) : text.choose.title}
        </h1>
        {basedOn ? (
          <p className="mt-1 text-ink-soft">
            {mode === 'append' ? text.choose.appendNote : text.choose.replaceNote}
          </p>
        ) : null}
      </div>
      <DropZone onFiles={(files) => void add(files)} several={!basedOn} compact={chosen.length > 0} />
      {problem ? (
        <Note tone="bad" role="alert">
          {problem}
        </Note>
      ) : null}
      <Card className={classes('border-l-4', segments ? 'border-l-primary' : 'border-l-line-strong')}>
        <CardBody>
          <Switch
            label={<span className="text-[15px] font-semibold">{text.choose.toggle}</span>}
            note={text.choose.toggleNote}
            checked={segments}
            onChange={setSegments}
          />
        </CardBody>
      </Card>
      <UploadOptions options={options} onChange={setOptions} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <FormatGuide />
        <Button look="primary" busy={busy} disabled={good.length === 0} onClick={() => void start()}>
          <CloudUpload aria-hidden /> {text.choose.start(Math.max(1, good.length))}
        </Button>
      </div>
      {chosen.length > 0 ? (
        <ul aria-label={text.choose.files} className="space-y-3">
          {chosen.map((one) => (
            <li key={one.key}>
              <Card>
                <div className="flex items-center gap-3 px-4 py-3">
                  <FileSpreadsheet className="size-5 shrink-0 text-csv" aria-hidden />
                  <div className="min-w-0 flex-1">
                    <p className="truncate font-medium">{one.file.name}</p>
                    <p className="figures text-xs text-ink-soft">{formatBytes(one.file.size)}</p>
                  </div>
                  <Button
                    look="quiet"
                    size="icon"
                    aria-label={text.choose.remove(one.file.name)}
                    onClick={() => setChosen((before) => before.filter(({ key }) => key !== one.key))}
                  >
                    <Trash2 aria-hidden />
                  </Button>
                </div>
                {one.problem ? (
                  <div className="px-4 pb-4">
                    <Note tone="bad" role="alert">
                      {one.problem}
                    </Note>
                  </div>
                ) : (
                  <ChosenFile
                    owner={owner}
                    chosen={one}
                    options={options}
                    onChange={change}
                    open={good.length === 1}
                  />
                )}
              </Card>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
