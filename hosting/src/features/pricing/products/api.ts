/** Changes the products of a source. */
import { paths, productDocumentId, type SourceRef } from '@/data/paths'
import type { ProductFields } from '@/features/pricing/products/product-draft'

/** A product that order lines name has its id from that name, so that it is there once. */
export async function saveProduct(
  source: SourceRef,
  id: string | null,
  fields: ProductFields,
): Promise<void> {
  const { mergeDocument, newDocumentId } = await import('@/data/firestore')
  const given =
    id ??
    (fields.product_id
      ? await productDocumentId(source, fields.product_id)
      : await newDocumentId(paths.products(source.uid)))
  await mergeDocument(paths.product(source.uid, given), fields)
}

export async function setProductStatus(
  owner: string,
  id: string,
  status: 'active' | 'paused',
): Promise<void> {
  const { changeDocument } = await import('@/data/firestore')
  await changeDocument(paths.product(owner, id), { status })
}

export async function removeProduct(owner: string, id: string): Promise<void> {
  const { removeDocument } = await import('@/data/firestore')
  await removeDocument(paths.product(owner, id))
}
