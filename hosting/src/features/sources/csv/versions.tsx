import { Link } from '@tanstack/react-router'

import type { Upload } from '@/data/documents'
import { formatDateTime } from '@/data/format'
import { useUploads } from '@/features/sources/api'
import { StatusBadge } from '@/features/sources/status-badge'
import { text } from '@/features/sources/csv/text'
import { Badge } from '@/ui/badge'
import { Card, CardBody, CardHead } from '@/ui/card'

/** The uploads that are versions of one another, oldest first. */
export function familyOf(upload: Upload, all: Upload[]): Upload[] {
  const byId = new Map(all.map((one) => [one.id, one]))
  const rootOf = (one: Upload): string => {
    const seen = new Set<string>()
    let at = one
    while (at.based_on && !seen.has(at.id)) {
      seen.add(at.id)
      const before = byId.get(at.based_on.upload_id)
      if (!before) return at.based_on.upload_id
      at = before
    }
    return at.id
  }
  const root = rootOf(upload)
  return all
    .filter((one) => rootOf(one) === root)
    .toSorted((left, right) => (left.created_at?.getTime() ?? 0) - (right.created_at?.getTime() ?? 0))
}

export function Versions({ owner, upload }: { owner: string; upload: Upload }) {
  const uploads = useUploads(owner)
  const family = uploads.state === 'ready' ? familyOf(upload, uploads.data) : []
  if (family.length < 2) return null
  return (
    <Card>
      <CardHead title={text.page.versions} note={text.page.versionsNote} />
      <CardBody className="pt-3">
        <ol className="divide-y divide-line">
          {family.map((one, position) => (
            <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-[13px]">
              <span className="figures w-5 text-ink-soft">{position + 1}</span>
              <Link
                to="/m/$owner/uploads/$uploadId"
                params={{ owner, uploadId: one.id }}
                className="min-w-0 flex-1 truncate font-medium underline-offset-4 hover:underline"
                aria-current={one.id === upload.id ? 'page' : undefined}
              >
                {one.label || one.file_name}
              </Link>
              <span className="text-ink-soft">{formatDateTime(one.created_at)}</span>
              <StatusBadge status={one.status} />
              {one.id === upload.id ? <Badge tone="primary">{text.page.thisOne}</Badge> : null}
            </li>
          ))}
        </ol>
      </CardBody>
    </Card>
  )
}
