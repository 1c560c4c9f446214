/** What each platform is asked with. The server checks it; this only knows which fields to show. */

export interface Way {
  name: string
  fields: readonly { name: string; secret?: boolean; optional?: boolean }[]
  /** Sent along, without being asked for. */
  constant?: Record<string, string>
  /** The merchant goes on at the shop's own page. */
  leaves?: boolean
}

export interface PlatformForm {
  kind: string
  needsUrl: boolean
  ways: readonly Way[]
}

export const PLATFORMS: readonly PlatformForm[] = [
  {
    kind: 'shopify',
    needsUrl: true,
    ways: [
      { name: 'client', fields: [{ name: 'client_id' }, { name: 'client_secret', secret: true }] },
      {
        name: 'approve',
        fields: [{ name: 'client_id' }, { name: 'client_secret', secret: true }],
        constant: { mode: 'authorization_code' },
        leaves: true,
      },
      {
        name: 'token',
        fields: [
          { name: 'access_token', secret: true },
          { name: 'client_secret', secret: true, optional: true }, // Shopify signs webhooks with it
        ],
      },
    ],
  },
  {
    kind: 'woocommerce',
    needsUrl: true,
    ways: [
      {
        name: 'keys',
        fields: [{ name: 'consumer_key' }, { name: 'consumer_secret', secret: true }],
      },
      { name: 'approve', fields: [], leaves: true },
    ],
  },
  {
    kind: 'amazon',
    needsUrl: false,
    ways: [
      {
        name: 'keys',
        fields: [
          { name: 'client_id' },
          { name: 'client_secret', secret: true },
          { name: 'refresh_token', secret: true },
          { name: 'seller_id' },
          { name: 'marketplaces' },
        ],
      },
    ],
  },
  {
    kind: 'flipkart',
    needsUrl: false,
    ways: [
      { name: 'keys', fields: [{ name: 'app_id' }, { name: 'app_secret', secret: true }] },
      {
        name: 'approve',
        fields: [{ name: 'app_id' }, { name: 'app_secret', secret: true }, { name: 'seller_id' }],
        constant: { mode: 'authorization_code' },
        leaves: true,
      },
    ],
  },
  {
    kind: 'magento',
    needsUrl: true,
    ways: [{ name: 'keys', fields: [{ name: 'access_token', secret: true }] }],
  },
]

/** The values of a way's fields in a form; `missing` are those that have to be filled in. */
export function readCredentials(
  form: FormData,
  way: Way,
): { credentials: Record<string, string>; missing: string[] } {
  const credentials: Record<string, string> = { ...way.constant }
  const missing: string[] = []
  for (const { name, optional } of way.fields) {
    const value = String(form.get(name) ?? '').trim()
    if (value) credentials[name] = value
    else if (!optional) missing.push(name)
  }
  return { credentials, missing }
}
