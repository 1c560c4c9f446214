/** Made-up shops on this machine, which answer as the platforms do. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export interface Shop {
  /** What it printed of itself: its address and what opens it. */
  said: Record<string, string>
  end: () => void
}

/** Start `python -m shops.<platform>`; returns when it has said where it is and what opens it. */
export async function openShop(platform: string, orders: number, lines: number): Promise<Shop> {
  const child: ChildProcess = spawn(
    `${ROOT}functions/venv/bin/python`,
    ['-u', '-m', `shops.${platform}`, '--orders', String(orders), '--port', '0'],
    {
      cwd: ROOT,
      env: { ...process.env, PYTHONPATH: `${ROOT}tests:${ROOT}functions` },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const said: Record<string, string> = {}
  if (!child.stdout) throw new Error(`${platform}: it can't be listened to`)
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^(\S.*?)\s+(\S+)$/.exec(line) ?? []
    if (name && value) said[name] = value
    if (Object.keys(said).length >= lines) {
      return { said, end: () => void child.kill() }
    }
  }
  throw new Error(`the shop of ${platform} did not start`)
}

/** How many coupons a WooCommerce shop has. */
export async function countCoupons({ said }: Shop): Promise<number> {
  const keys = Buffer.from(`${said['consumer key']}:${said['consumer secret']}`).toString('base64')
  const headers = { authorization: `Basic ${keys}`, 'x-forwarded-proto': 'https' }
  const answer = await fetch(`${said['address']}/wp-json/wc/v3/coupons?per_page=100`, { headers })
  if (!answer.ok) throw new Error(`coupons: ${await answer.text()}`)
  return ((await answer.json()) as unknown[]).length
}

/** How many discounts, customer segments and draft orders a Shopify shop has: ten of each at most, for what long lists cost. */
export async function countDiscounts({ said }: Shop): Promise<number> {
  const lists = ['discountNodes', 'segments', 'draftOrders']
  const query = `{ ${lists.map((list) => `${list}(first: 10) { nodes { id } }`).join(' ')} }`
  const answer = await fetch(`${said['shop']}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': said['access token'] ?? '' },
    body: JSON.stringify({ query }),
  })
  const { data } = (await answer.json()) as { data?: Record<string, { nodes: unknown[] }> }
  if (!data) throw new Error('the shop gave no discounts')
  return Object.values(data).reduce((sum, { nodes }) => sum + nodes.length, 0)
}
