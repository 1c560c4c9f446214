import type { DataSource, ShopStream } from '@/data/documents'
import { formatCount, formatDate, formatDateTime } from '@/data/format'
import { text } from '@/features/sources/shops/text'
import { Badge, type Tone } from '@/ui/badge'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Progress } from '@/ui/progress'
import { ScrollArea } from '@/ui/scroll-area'

const TONES: Record<string, Tone> = {
  ready: 'good',
  syncing: 'primary',
  partial: 'insight',
  failed: 'bad',
}
/** Columns for which a phone has no room; there they stand below the state. */
const WIDE = 'hidden sm:table-cell'
/** In the order in which people think of a shop. */
const ORDER = ['orders', 'customers', 'products', 'reviews', 'abandoned', 'returns']

/** How far each kind of object has been read, and from when on. */
export function StreamsCard({ shop }: { shop: DataSource }) {
  const streams = Object.entries(shop.streams ?? {}).toSorted(
    ([one], [other]) => ORDER.indexOf(one) - ORDER.indexOf(other),
  )
  const isAsked = (shop.connection?.state ?? 'connected') === 'connected'
  return (
    <Card>
      <CardHead title={text.sync.title} note={isAsked ? text.sync.note : text.sync.stopped} />
      <CardBody className="pt-2">
        {streams.length === 0 ? (
          <p className="text-[13px] text-ink-soft">{text.sync.none}</p>
        ) : (
          <ScrollArea label={text.sync.title}>
            <table className="figures w-full text-[13px]">
              <thead>
                <tr className="border-b border-line text-left text-xs text-ink-soft">
                  <th className="py-2 pr-3 font-medium">{text.sync.stream}</th>
                  <th className="py-2 pr-3 font-medium">{text.sync.state}</th>
                  <th className="py-2 text-right font-medium sm:pr-6">{text.sync.count}</th>
                  <th className={`py-2 pr-3 font-medium ${WIDE}`}>{text.sync.oldest}</th>
                  <th className={`py-2 font-medium ${WIDE}`}>{text.sync.upTo}</th>
                </tr>
              </thead>
              <tbody className="divide-y divide-line">
                {streams.map(([name, stream]) => (
                  <StreamRow key={name} name={name} stream={stream} isAsked={isAsked} />
                ))}
              </tbody>
            </table>
          </ScrollArea>
        )}
      </CardBody>
    </Card>
  )
}

interface StreamRowProps {
  name: string
  stream: ShopStream
  isAsked: boolean
}

function StreamRow({ name, stream, isAsked }: StreamRowProps) {
  // What isn't asked any more is as it was read, and not up to date.
  const state = stream.state === 'ready' && !isAsked ? 'kept' : stream.state
  const label = text.streams[name] ?? name
  const isCounted = stream.state === 'syncing' && stream.expected != null && stream.expected > 0
  const done = isCounted ? (100 * (stream.count ?? 0)) / (stream.expected ?? 1) : null
  return (
    <tr>
      <th scope="row" className="py-2.5 pr-3 text-left font-medium">
        {label}
      </th>
      <td className="py-2.5 pr-3">
        <Badge tone={TONES[state] ?? 'plain'}>{text.streamStates[state] ?? state}</Badge>
        {stream.high_water || stream.oldest ? (
          <p className="mt-1 text-xs text-ink-soft sm:hidden">
            {stream.high_water
              ? text.sync.span(formatDate(stream.oldest), formatDate(stream.high_water))
              : text.sync.backTo(formatDate(stream.oldest))}
          </p>
        ) : null}
        {stream.error?.message ? (
          <p className="mt-1 max-w-64 text-xs whitespace-normal text-bad">
            {stream.error.message} {stream.error.hint}
          </p>
        ) : null}
      </td>
      <td className="py-2.5 text-right sm:pr-6">
        {isCounted
          ? text.sync.of(formatCount(stream.count), formatCount(stream.expected))
          : formatCount(stream.count)}
        {done == null ? null : (
          <div className="mt-1 ml-auto w-24">
            <Progress value={done} label={label} />
          </div>
        )}
      </td>
      <td className={`py-2.5 pr-3 ${WIDE}`}>{formatDate(stream.oldest)}</td>
      <td className={`py-2.5 ${WIDE}`}>{formatDateTime(stream.high_water)}</td>
    </tr>
  )
}
