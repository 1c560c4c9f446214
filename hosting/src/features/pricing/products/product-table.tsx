import { formatCount, formatShare } from '@/data/format'
import { formatMinor } from '@/data/money'
import type { Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { setProductStatus } from '@/features/pricing/products/api'
import { text } from '@/features/pricing/products/text'
import { usePlace } from '@/features/sources/place'
import { Badge } from '@/ui/badge'
import { Card } from '@/ui/card'
import { ScrollArea } from '@/ui/scroll-area'
import { Switch } from '@/ui/switch'

interface ProductTableProps {
  products: Product[]
  onOpen: (id: string) => void
}

const cell = 'px-3 py-2 text-right whitespace-nowrap'

export function ProductTable({ products, onOpen }: ProductTableProps) {
  const { columns } = text
  return (
    <Card>
      <ScrollArea label={text.table} className="max-h-[70dvh] rounded-xl">
        <table className="figures w-full text-[13px]" aria-label={text.table}>
          <thead className="sticky top-0 z-10 bg-surface text-xs text-ink-soft">
            <tr>
              <th scope="col" className="px-3 py-2 text-left font-medium">
                {columns.name}
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                {columns.base}
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                {columns.cost}
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                {columns.margin}
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                {columns.stock}
              </th>
              <th scope="col" className="px-3 py-2 text-left font-medium">
                {columns.category}
              </th>
              <th scope="col" className="px-3 py-2 text-right font-medium">
                {columns.status}
              </th>
            </tr>
          </thead>
          <tbody>
            {products.map((product) => (
              <ProductRow key={product.id} product={product} onOpen={onOpen} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Card>
  )
}

/** Share of the public price that is left over the cost; null without a cost. */
export function marginOf({ base_price: price, cost }: Product): number | null {
  return cost == null || price === 0 ? null : (price - cost) / price
}

function ProductRow({ product, onOpen }: { product: Product; onOpen: (id: string) => void }) {
  const { source } = usePlace()
  const { mayChange } = useAccess(source.ref.uid)
  const margin = marginOf(product)
  const { name, currency } = product
  return (
    <tr className="border-t border-line">
      <th scope="row" className="max-w-72 min-w-44 px-3 py-2 text-left font-normal">
        <button
          type="button"
          aria-label={text.edit(name)}
          className="block max-w-full truncate text-left font-medium underline-offset-4 hover:underline"
          onClick={() => onOpen(product.id)}
        >
          {name}
        </button>
        {product.product_id ? (
          <span className="block truncate text-xs text-ink-soft">{product.product_id}</span>
        ) : null}
      </th>
      <td className={`${cell} font-semibold text-pricing`}>{formatMinor(product.base_price, currency)}</td>
      <td className={cell}>
        {product.cost == null ? <Badge>{text.noCost}</Badge> : formatMinor(product.cost, currency)}
      </td>
      <td className={`${cell} ${margin !== null && margin < 0 ? 'font-medium text-bad' : ''}`}>
        {formatShare(margin, 0)}
      </td>
      <td className={cell}>{formatCount(product.stock)}</td>
      <td className="max-w-40 truncate px-3 py-2">{product.category ?? '–'}</td>
      <td className="px-3 py-2">
        <span className="flex items-center justify-end gap-2">
          {product.status === 'paused' ? <Badge tone="bad">{text.paused}</Badge> : null}
          <Switch
            label={<span className="sr-only">{text.pause(name)}</span>}
            checked={product.status === 'active'}
            disabled={!mayChange}
            onChange={(on) =>
              void attempt(
                () => setProductStatus(source.ref.uid, product.id, on ? 'active' : 'paused'),
                on ? text.activeDone(name) : text.pausedDone(name),
              )
            }
          />
        </span>
      </td>
    </tr>
  )
}
