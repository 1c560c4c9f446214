import { Link } from '@tanstack/react-router'

import type { DataRequest } from '@/data/documents'
import { formatCount, formatDate } from '@/data/format'
import type { SourceRef } from '@/data/paths'
import { useDataRequests } from '@/features/sources/shops/api'
import { text } from '@/features/sources/shops/text'
import { Card, CardBody, CardHead } from '@/ui/card'

/** Who asked the shop what is stored on them, by when to answer, and where it lies. */
export function DataRequestsCard({ source }: { source: SourceRef }) {
  const requests = useDataRequests(source)
  if (requests.state !== 'ready' || requests.data.length === 0) return null
  return (
    <Card>
      <CardHead title={text.requests.title} note={text.requests.note} />
      <CardBody className="pt-3">
        <ul className="space-y-3 text-[13px]">
          {requests.data.map((request) => (
            <Request key={request.id} source={source} request={request} />
          ))}
        </ul>
      </CardBody>
    </Card>
  )
}

function Request({ source, request }: { source: SourceRef; request: DataRequest }) {
  const found = request.found
  const ids = [...new Set((found ?? []).flatMap((one) => one.customer_ids))]
  const said = (found ?? []).map(({ what, rows }) =>
    text.requests.found(text.requests.tables[what] ?? what, formatCount(rows)),
  )
  return (
    <li>
      <p>
        <strong className="font-medium">{text.requests.customer(request.customer_id)}</strong>{' '}
        <span className="text-ink-soft">
          {text.requests.due(formatDate(request.asked_at), formatDate(request.due_at))}
        </span>
      </p>
      <p className="text-ink-soft">
        {found ? said.join(', ') || text.requests.nothing : text.requests.looking}{' '}
        {ids.map((id) => (
          <Link
            key={id}
            to="/m/$owner/s/$kind/$sourceId/customer"
            params={{ owner: source.uid, kind: source.kind, sourceId: source.id }}
            search={{ id }}
            className="text-primary-ink underline"
          >
            {text.requests.open(id)}
          </Link>
        ))}
      </p>
    </li>
  )
}
