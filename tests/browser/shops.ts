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
