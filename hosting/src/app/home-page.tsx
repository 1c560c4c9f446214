import { Link, useParams } from '@tanstack/react-router'
import { ArrowRight, FileSpreadsheet, Plus, Store } from 'lucide-react'

import { useAccount } from '@/data/auth'
import type { DataSource } from '@/data/documents'
import { formatCount, formatDateTime } from '@/data/format'
import { csvSource } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { useSourcesWithResults, useUploads } from '@/features/sources/api'
import { useShops } from '@/features/sources/shops/api'
import { ConnectionBadge } from '@/features/sources/shops/connection-badge'
import { fromDataSource, type SourceDocument } from '@/features/sources/source'
import { SourceBadge } from '@/features/sources/source-badge'
import { text as sources } from '@/features/sources/text'
import { JobProgress } from '@/features/sources/job-progress'
import { StatusBadge } from '@/features/sources/status-badge'
import { text as uploadsText } from '@/features/sources/csv/text'
import { homeText as text } from '@/app/home-text'
import { buttonLook } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Denied, Failed, Loading, State } from '@/ui/states'

/** What is going on, and every body of data to look at; figures of one are never mixed with another's. */
export function HomePage() {
  const { owner } = useParams({ from: '/m/$owner' })
  const account = useAccount()
  const { mayChange, mayDelete } = useAccess(owner)
  const uploads = useUploads(owner)
  const { csv, platforms } = useSourcesWithResults(owner)
  const connected = useShops(owner)
  if (uploads.state === 'loading') return <Loading label={text.loading} />
  if (uploads.state === 'denied') {
    return <Denied title={uploadsText.denied} message={uploadsText.deniedNote} />
  }
  if (uploads.state !== 'ready') {
    return (
      <Failed title={text.failed} message={uploads.state === 'failed' ? uploads.message : ''} />
    )
  }
  const isRunning = ({ status }: { status?: string | null }) => status === 'running' || status === 'queued'
  const running = uploads.data.filter(isRunning)
  const shops = connected.state === 'ready' ? connected.data : []
  // Later syncs come every hour: only the first is worth the space.
  const firstSyncs = shops.filter((shop) => isRunning(shop) && !shop.current_run)
  const inTrouble = shops.filter(
    ({ status, connection }) =>
      status === 'failed' || connection?.state === 'expired' || connection?.state === 'uninstalled',
  )
  const waiting = uploads.data.filter(({ status }) =>
    ['waiting_for_file', 'needs_mapping', 'checked'].includes(status),
  )
  const start = mayChange ? (
    <Link
      to="/m/$owner/uploads/new"
      params={{ owner }}
      search={{}}
      className={buttonLook({ look: 'primary' })}
    >
      <Plus aria-hidden /> {sources.upload}
    </Link>
  ) : null
  const connect = mayDelete ? (
    <Link to="/m/$owner/shops/connect" params={{ owner }} search={{}} className={buttonLook({})}>
      <Store aria-hidden /> {text.connect}
    </Link>
  ) : null
  return (
    <div className="space-y-6">
      <h1 className="text-xl font-semibold tracking-tight">
        {account?.displayName ? text.hello(account.displayName) : text.title}
      </h1>
      {uploads.data.length === 0 && shops.length === 0 && connected.state !== 'loading' ? (
        <Card>
          <State title={text.empty} icon={FileSpreadsheet} action={<>{start}{connect}</>}>
            {text.emptyNote}
          </State>
          <ol className="mx-auto grid max-w-3xl gap-4 px-5 pb-8 sm:grid-cols-3">
            {text.steps.map(([head, body], at) => (
              <li key={head} className="rounded-lg bg-sunken p-4">
                <span className="figures text-xs font-semibold text-primary-ink">{at + 1}</span>
                <p className="mt-1 font-medium">{head}</p>
                <p className="mt-0.5 text-[13px] text-ink-soft">{body}</p>
              </li>
            ))}
          </ol>
        </Card>
      ) : null}
      {running.map((upload) => (
        <section key={upload.id} aria-label={upload.label || upload.file_name}>
          <Link
            to="/m/$owner/uploads/$uploadId"
            params={{ owner, uploadId: upload.id }}
            className="mb-1.5 inline-block font-medium underline-offset-4 hover:underline"
          >
            {upload.label || upload.file_name}
          </Link>
          <JobProgress source={csvSource(owner, upload.id)} job={upload} />
        </section>
      ))}
      {firstSyncs.map((shop) => (
        <section key={shop.id} aria-label={nameOfShop(shop)}>
          <ShopLink owner={owner} shop={shop} className="mb-1.5 inline-block" />
          <JobProgress
            source={{ uid: owner, kind: shop.kind, id: shop.id }}
            job={fromDataSource(owner, shop).job}
          />
        </section>
      ))}
      {waiting.length || inTrouble.length ? (
        <Card>
          <CardHead title={text.waiting} />
          <CardBody className="pt-2">
            <ul className="divide-y divide-line">
              {waiting.map((upload) => (
                <li key={upload.id} className="flex items-center justify-between gap-3 py-2">
                  <Link
                    to="/m/$owner/uploads/$uploadId"
                    params={{ owner, uploadId: upload.id }}
                    className="min-w-0 truncate font-medium underline-offset-4 hover:underline"
                  >
                    {upload.label || upload.file_name}
                  </Link>
                  <StatusBadge status={upload.status} />
                </li>
              ))}
              {inTrouble.map((shop) => (
                <li key={shop.id} className="flex items-center justify-between gap-3 py-2">
                  <ShopLink owner={owner} shop={shop} className="min-w-0 truncate" />
                  <ConnectionBadge shop={shop} />
                </li>
              ))}
            </ul>
          </CardBody>
        </Card>
      ) : null}
      <Group title={sources.csvGroup} shown={csv} owner={owner} />
      <Group title={sources.platformGroup} shown={platforms} owner={owner} />
    </div>
  )
}

function nameOfShop(shop: DataSource): string {
  return shop.label || shop.shop || shop.kind
}

function ShopLink({ owner, shop, className }: { owner: string; shop: DataSource; className: string }) {
  return (
    <Link
      to="/m/$owner/shops/$kind/$sourceId"
      params={{ owner, kind: shop.kind, sourceId: shop.id }}
      className={classes('font-medium underline-offset-4 hover:underline', className)}
    >
      {nameOfShop(shop)}
    </Link>
  )
}

function Group({ title, shown, owner }: { title: string; shown: SourceDocument[]; owner: string }) {
  if (shown.length === 0) return null
  return (
    <section aria-label={title}>
      <h2 className="mb-2.5 text-[13px] font-semibold text-ink-soft">{title}</h2>
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {shown.map((source) => (
          <li key={source.ref.id} className="grid">
            <Card className="relative flex flex-col p-4 transition-shadow hover:shadow-raised sm:p-5">
              <div className="flex items-start justify-between gap-2">
                <h3 className="min-w-0 truncate text-[15px] font-semibold">
                  <Link
                    to="/m/$owner/s/$kind/$sourceId"
                    params={{ owner, kind: source.ref.kind, sourceId: source.ref.id }}
                    search={{}}
                    className="after:absolute after:inset-0"
                  >
                    {source.label}
                  </Link>
                </h3>
                <SourceBadge kind={source.ref.kind} />
              </div>
              <dl className="figures mt-4 grid grid-cols-2 gap-3">
                <div>
                  <dt className="text-xs text-ink-soft">{uploadsText.columns.customers}</dt>
                  <dd className="text-xl font-semibold tracking-tight">
                    {formatCount(source.customerCount)}
                  </dd>
                </div>
                <div>
                  <dt className="text-xs text-ink-soft">{uploadsText.columns.segments}</dt>
                  <dd className="text-xl font-semibold tracking-tight">
                    {formatCount(source.segmentCount)}
                  </dd>
                </div>
              </dl>
              <p className="mt-4 flex items-center justify-between text-xs text-ink-soft">
                {source.finishedAt ? text.finished(formatDateTime(source.finishedAt)) : ''}
                <ArrowRight className="size-4 text-primary-ink" aria-hidden />
              </p>
            </Card>
          </li>
        ))}
      </ul>
    </section>
  )
}
