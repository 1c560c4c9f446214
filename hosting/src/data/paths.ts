/** Every Firestore and Storage path the browser uses, as `functions/kindred/paths.py` spells them. */

export interface SourceRef {
  uid: string
  kind: string
  id: string
}

export const CSV = 'csv'

/** An upload as a source. */
export function csvSource(owner: string, uploadId: string): SourceRef {
  return { uid: owner, kind: CSV, id: uploadId }
}

export const paths = {
  profile: (uid: string) => `users/${uid}`,
  uploads: (uid: string) => `users/${uid}/csv_uploads`,
  upload: (uid: string, id: string) => `users/${uid}/csv_uploads/${id}`,
  dataSources: (uid: string) => `users/${uid}/data_sources`,
  members: (uid: string) => `users/${uid}/members`,
  member: (owner: string, uid: string) => `users/${owner}/members/${uid}`,
  memberships: (uid: string) => `users/${uid}/memberships`,
  invitations: (uid: string) => `users/${uid}/invitations`,
  source: (source: SourceRef) =>
    `users/${source.uid}/${source.kind === CSV ? 'csv_uploads' : 'data_sources'}/${source.id}`,
  segments: (source: SourceRef) =>
    `${paths.source(source)}/${source.kind === CSV ? 'csv_segments' : 'segments'}`,
  runs: (source: SourceRef) => `${paths.source(source)}/runs`,
  run: (source: SourceRef, run: string) => `${paths.source(source)}/runs/${run}`,
  customers: (source: SourceRef) => `${paths.source(source)}/customers`,
  index: (source: SourceRef) => `${paths.source(source)}/customer_index`,
  chart: (source: SourceRef, run: string, name: string) =>
    `${paths.source(source)}/charts/${run}-${name}`,
  discounts: (source: SourceRef) => `${paths.source(source)}/discounts`,
  discountParts: (source: SourceRef) => `${paths.source(source)}/discount_parts`,
  dataRequests: (source: SourceRef) => `${paths.source(source)}/data_requests`,
  products: (uid: string) => `users/${uid}/products`,
  product: (uid: string, id: string) => `users/${uid}/products/${id}`,
  pricingRules: (uid: string) => `users/${uid}/pricing_rules`,
  pricingRule: (uid: string, id: string) => `users/${uid}/pricing_rules/${id}`,
  pricingSettings: (uid: string) => `users/${uid}/settings/pricing`,
  priceTests: (uid: string) => `users/${uid}/price_tests`,
  priceTest: (uid: string, id: string) => `users/${uid}/price_tests/${id}`,
  priceHistory: (uid: string) => `users/${uid}/price_history`,
  priceQuote: (uid: string, id: string) => `users/${uid}/price_history/${id}`,
  priceModels: (source: SourceRef) => `${paths.source(source)}/price_models`,
  rawFile: (uid: string, id: string, name: string) => `csv_uploads/${uid}/${id}/${name}`,
} as const

/** All documents of a run: ids from `{run}-` up to, without, `{run}.` ('.' follows '-'). */
export function runRange(run: string): [string, string] {
  return [`${run}-`, `${run}.`]
}

/** The pages of one segment; digits only, so that `loyal` doesn't find `loyal-2`. */
export function pageRange(run: string, segmentKey: string): [string, string] {
  return [`${run}-${segmentKey}-0`, `${run}-${segmentKey}-:`]
}

/** Which index bucket holds a customer: first four bytes of SHA-256 of the id, modulo buckets. */
export async function bucketId(run: string, customerId: string, buckets: number): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(customerId))
  const bucket = new DataView(digest).getUint32(0) % buckets
  return `${run}-${String(bucket).padStart(5, '0')}`
}

/** The id of the document of a product that order lines of a source name. */
export async function productDocumentId(
  { kind, id }: { kind: string; id: string },
  productId: string,
): Promise<string> {
  const named = new TextEncoder().encode(`${kind}/${id}/${productId}`)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', named))
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return `p${hex.slice(0, 30)}`
}
