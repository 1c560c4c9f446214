// @vitest-environment node
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterAll, beforeAll, expect, it } from 'vitest'

interface Chunk {
  file: string
  imports?: string[]
}

const SIGN_IN_BYTES = 250_000
const out = mkdtempSync(join(tmpdir(), 'kindred-web-'))
let manifest: Record<string, Chunk>

beforeAll(() => {
  // A process of its own: this one's NODE_ENV is 'test', which would bundle React for development.
  execFileSync('npx', ['vite', 'build', '--logLevel', 'error', '--emptyOutDir', '--outDir', out], {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  manifest = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8')) as typeof manifest
}, 600_000) // for what hangs

afterAll(() => rmSync(out, { recursive: true, force: true }))

/** The files that a page needs before it shows. */
function filesOf(entries: string[]): Set<string> {
  const files = new Set<string>()
  const visit = (key: string): void => {
    const chunk = manifest[key]
    if (!chunk) throw new Error(`The build has no ${key}`)
    if (files.has(chunk.file)) return
    files.add(chunk.file)
    chunk.imports?.forEach(visit)
  }
  entries.forEach(visit)
  return files
}

it('loads sign-in with less than 250 kB of JavaScript, gzipped', () => {
  const files = filesOf(['index.html', 'src/features/accounts/sign-in-page.tsx'])
  const bytes = [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(out, file))).length,
    0,
  )
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(SIGN_IN_BYTES)
})

it('leaves Firestore, Storage, charts and dictionaries for when they are needed', () => {
  const files = filesOf(['index.html', 'src/features/accounts/sign-up-page.tsx'])
  const source = [...files].map((file) => readFileSync(join(out, file), 'utf8')).join('\n')
  expect(source).not.toContain('recharts')
  expect(source).not.toContain('maxUploadRetryTime')
  expect(source).not.toContain('WebChannelConnection')
})

it('has no way to an emulator in a production build', () => {
  const files = filesOf(['index.html'])
  const source = [...files].map((file) => readFileSync(join(out, file), 'utf8')).join('\n')
  expect(source).not.toContain('/emulators.json')
})

it('loads nothing of its page and its styles from another origin', () => {
  const page = readFileSync(join(out, 'index.html'), 'utf8')
  const named = [...page.matchAll(/\b(?:src|href|srcset|action)="([^"]*)"/g)].map(
    (found) => found[1] ?? '',
  )
  expect(named.length).toBeGreaterThan(3)
  expect(named.filter((url) => !/^\/(?!\/)/.test(url))).toEqual([])
  const styles = readdirSync(join(out, 'assets')).filter((file) => file.endsWith('.css'))
  const inStyles = styles.flatMap((file) => {
    const text = readFileSync(join(out, 'assets', file), 'utf8')
    return [...text.matchAll(/url\(\s*["']?([^"')]+)|@import\s*["']([^"']+)/g)].map(
      (found) => found[1] ?? found[2] ?? '',
    )
  })
  expect(inStyles.length).toBeGreaterThan(0) // the font
  expect(inStyles.filter((url) => !/^(?:\/(?!\/)|data:)/.test(url))).toEqual([])
})
