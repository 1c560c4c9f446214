import { useNavigate, useSearch } from '@tanstack/react-router'
import { FileSpreadsheet, Package, Plus, WandSparkles } from 'lucide-react'
import { useState } from 'react'

import type { Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { whatFailed } from '@/data/failure'
import { importProducts, MOST_PRODUCTS, useProducts } from '@/features/pricing/api'
import { currencyOf } from '@/features/pricing/audience'
import { Shown } from '@/features/pricing/shown'
import { PricesPage } from '@/features/pricing/prices-page'
import { FileDialog, importedText } from '@/features/pricing/products/file-dialog'
import { ProductDialog } from '@/features/pricing/products/product-dialog'
import { ProductTable } from '@/features/pricing/products/product-table'
import { text } from '@/features/pricing/products/text'
import { text as pricing } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { Input } from '@/ui/field'
import { State } from '@/ui/states'

export const NEW = 'new'

export function ProductsPage() {
  const { source, currency } = usePlace()
  const { mayChange } = useAccess(source.ref.uid)
  const [most, setMost] = useState(MOST_PRODUCTS)
  const [fromFile, setFromFile] = useState(false)
  const products = useProducts(source.ref, most)
  const open = useOpenProduct()
  const actions = mayChange ? (
    <>
      <ImportButton />
      <Button onClick={() => setFromFile(true)}>
        <FileSpreadsheet aria-hidden /> {text.file}
      </Button>
      <Button look="primary" onClick={() => open(NEW)}>
        <Plus aria-hidden /> {text.add}
      </Button>
    </>
  ) : null
  return (
    <PricesPage title={text.title} note={text.note} actions={actions}>
      <Shown live={products}>
        {(found) => (
          <>
            {found.length === 0 ? (
              <Card>
                <State title={text.none} icon={Package}>
                  {text.noneNote}
                </State>
              </Card>
            ) : (
              <Products
                products={found}
                more={found.length === most ? () => setMost(most + MOST_PRODUCTS) : null}
              />
            )}
            <OpenProduct products={found} />
            {fromFile ? <FileDialog currency={currencyOf(found, currency)} onClose={() => setFromFile(false)} /> : null}
          </>
        )}
      </Shown>
    </PricesPage>
  )
}

/** Which product is open is said by the URL. */
function useOpenProduct(): (product: string | undefined) => void {
  const { source } = usePlace()
  const navigate = useNavigate()
  const { q } = useSearch({ from: '/m/$owner/s/$kind/$sourceId/prices/products' })
  const { uid: owner, kind, id: sourceId } = source.ref
  return (product) =>
    void navigate({
      to: '/m/$owner/s/$kind/$sourceId/prices/products',
      params: { owner, kind, sourceId },
      search: { ...(q ? { q } : {}), ...(product ? { product } : {}) },
      resetScroll: false,
    })
}

function OpenProduct({ products }: { products: Product[] }) {
  const { currency } = usePlace()
  const { product: id } = useSearch({ from: '/m/$owner/s/$kind/$sourceId/prices/products' })
  const open = useOpenProduct()
  if (!id) return null
  const stored = products.find((product) => product.id === id) ?? null
  if (id !== NEW && !stored) return null
  return (
    <ProductDialog
      key={id}
      stored={stored}
      others={products.filter((product) => product !== stored)}
      currency={currencyOf(products, currency)}
      onClose={() => open(undefined)}
    />
  )
}

function Products({ products, more }: { products: Product[]; more: (() => void) | null }) {
  const { q } = useSearch({ from: '/m/$owner/s/$kind/$sourceId/prices/products' })
  const open = useOpenProduct()
  const [filter, setFilter] = useState(q ?? '')
  const wanted = filter.trim().toLowerCase()
  const shown = products
    .filter(({ name, category, product_id: id }) =>
      [name, category, id].some((value) => value?.toLowerCase().includes(wanted)),
    )
    .toSorted((left, right) => left.name.localeCompare(right.name))
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-3">
        <Input
          type="search"
          aria-label={text.filter}
          placeholder={text.filter}
          value={filter}
          className="max-w-72"
          onChange={({ target }) => setFilter(target.value)}
        />
        <p className="text-[13px] text-ink-soft" role="status">
          {text.shown(shown.length)}
        </p>
      </div>
      <ProductTable products={shown} onOpen={open} />
      {more ? <Button onClick={more}>{pricing.more}</Button> : null}
    </div>
  )
}

/** Has the server make products of the source's own order lines. */
export function ImportButton({ look = 'secondary' }: { look?: 'primary' | 'secondary' }) {
  const { source } = usePlace()
  const [busy, setBusy] = useState(false)
  const take = async (): Promise<void> => {
    setBusy(true)
    try {
      announce(importedText(await importProducts(source.ref)))
    } catch (error) {
      const { message, hint } = whatFailed(error)
      announce(`${message} ${hint}`.trim(), 'bad')
    }
    setBusy(false)
  }
  return (
    <Button look={look} busy={busy} title={text.importNote} onClick={() => void take()}>
      {busy ? null : <WandSparkles aria-hidden />} {text.import}
    </Button>
  )
}
