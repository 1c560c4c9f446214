import { FileDown } from 'lucide-react'

import type { Upload } from '@/data/documents'
import { formatCount, formatDate } from '@/data/format'
import { useUploads } from '@/features/sources/api'
import { text } from '@/features/sources/csv/text'
import { text as reading } from '@/features/reading/text'
import { attempt } from '@/features/accounts/attempt'
import { downloadRejects } from '@/features/sources/csv/api'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead, Figure } from '@/ui/card'
import { Note } from '@/ui/states'

/** How the rows fared: read = accepted + rejected. */
export function ReportCard({ owner, upload }: { owner: string; upload: Upload }) {
  const { report } = upload
  if (!report) return null
  const reasons = Object.entries(report.rejected_by_code ?? {}).toSorted(
    ([, left], [, right]) => (right ?? 0) - (left ?? 0),
  )
  const rest: [string, number | null | undefined][] = [
    [text.report.noCustomer, report.rows_without_customer],
    [text.report.duplicates, report.duplicate_rows],
    [text.report.merged, report.duplicates_merged],
  ]
  return (
    <Card>
      <CardHead
        title={text.report.title}
        note={
          report.first_order && report.last_order
            ? `${text.report.period} ${text.report.to(formatDate(report.first_order), formatDate(report.last_order))}`
            : undefined
        }
        actions={
          report.rejects_path && report.rows_rejected ? (
            <Button size="small" onClick={() => void attempt(() => downloadRejects(upload), text.export.done)}>
              <FileDown aria-hidden /> {text.report.download}
            </Button>
          ) : null
        }
      />
      <CardBody>
        <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6">
          <Figure label={text.report.rows} value={formatCount(report.rows_read)} />
          <Figure label={text.report.accepted} value={formatCount(report.rows_accepted)} tone="good" />
          <Figure
            label={text.report.rejected}
            value={formatCount(report.rows_rejected)}
            {...(report.rows_rejected ? { tone: 'bad' as const } : {})}
          />
          {rest.map(([label, value]) => (
            <Figure key={label} label={label} value={formatCount(value)} />
          ))}
        </dl>
        <Changes owner={owner} upload={upload} />
        {reasons.length ? (
          <table className="mt-5 w-full text-[13px]">
            <caption className="mb-1 text-left font-medium">{text.report.reasons}</caption>
            <thead className="text-left text-xs text-ink-soft">
              <tr>
                <th scope="col" className="py-1 font-medium">
                  {text.report.reason}
                </th>
                <th scope="col" className="py-1 text-right font-medium">
                  {text.report.count}
                </th>
              </tr>
            </thead>
            <tbody>
              {reasons.map(([code, count]) => (
                <tr key={code} className="border-t border-line">
                  <td className="py-1.5">{sayCode(code)}</td>
                  <td className="figures py-1.5 text-right">{formatCount(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : null}
      </CardBody>
    </Card>
  )
}

/** What a new version, or a dry run, changes. */
function Changes({ owner, upload }: { owner: string; upload: Upload }) {
  const uploads = useUploads(owner)
  const changes = upload.report?.changes
  if (!changes || !(upload.based_on || upload.status === 'checked')) return null
  const base =
    uploads.state === 'ready'
      ? uploads.data.find(({ id }) => id === upload.based_on?.upload_id)
      : undefined
  return (
    <div className="mt-5">
      <h3 className="text-[13px] font-medium">
        {upload.based_on
          ? text.report.changes(base?.label || base?.file_name || text.earlier)
          : text.report.changesAlone}
      </h3>
      <dl className="mt-2 grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6">
        {(['new', 'updated', 'unchanged', 'new_customers'] as const).map((what) => (
          <Figure key={what} label={text.report.changed[what]} value={formatCount(changes[what])} />
        ))}
      </dl>
    </div>
  )
}

/** Codes are words with dashes: `bad-date` reads 'Bad date'. */
function sayCode(code: string): string {
  const words = code.replace(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function Notices({ upload }: { upload: Upload }) {
  if (!upload.notices?.length) return null
  return (
    <Card>
      <CardHead title={text.page.notices} />
      <CardBody className="pt-2">
        <ul className="list-disc space-y-1 pl-5 text-[13px]">
          {upload.notices.map((notice) => (
            <li key={`${notice.code}:${notice.message}`}>{notice.message}</li>
          ))}
        </ul>
      </CardBody>
    </Card>
  )
}

export function ReadingDetails({ upload }: { upload: Upload }) {
  const { detected } = upload
  if (!detected) return null
  const technical = (['encoding', 'delimiter', 'date_order', 'decimal'] as const).flatMap((key) => {
    const value = detected[key]
    return value ? [[text.details[key], value === '\t' ? text.details.tab : value] as const] : []
  })
  const mapping = Object.entries(detected.mapping ?? {}).filter(([, guess]) => guess.column)
  return (
    <Card>
      <details>
        <summary className="px-4 py-3 font-medium select-none hover:bg-sunken sm:px-5">
          {text.page.details}
        </summary>
        <div className="grid gap-5 border-t border-line p-4 sm:grid-cols-2 sm:p-5">
          <Pairs pairs={technical} />
          <Pairs
            pairs={mapping.map(([field, { column }]) => [
              reading.fields[field as keyof typeof reading.fields] ?? field,
              Array.isArray(column) ? column.join(', ') : (column ?? ''),
            ])}
          />
        </div>
      </details>
    </Card>
  )
}

function Pairs({ pairs }: { pairs: readonly (readonly [string, string])[] }) {
  if (pairs.length === 0) return <Note>{text.page.notFound}</Note>
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] content-start gap-x-4 gap-y-1.5 text-[13px]">
      {pairs.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-ink-soft">{label}</dt>
          <dd className="truncate" title={value}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
