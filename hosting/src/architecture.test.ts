// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import { describe, expect, it } from 'vitest'

const ROOT = join(process.cwd(), 'src')

/** Every folder of `features/`, and those that it may use, which stand above it in this list. */
const ROOMS: Record<string, string[]> = {
  accounts: [],
  sources: ['accounts'],
  reading: [],
  'sources/csv': ['accounts', 'sources', 'reading'],
  'sources/shops': ['accounts', 'sources'],
  'segments/charts': ['sources'],
  predicting: ['sources', 'segments/charts'],
  texts: ['sources', 'segments/charts'],
  customers: ['accounts', 'sources', 'predicting'],
  segments: ['accounts', 'sources', 'segments/charts', 'predicting', 'texts', 'customers'],
  pricing: ['accounts', 'sources', 'segments', 'segments/charts'],
  'pricing/rules': ['accounts', 'sources', 'pricing'],
  'pricing/products': ['accounts', 'sources', 'pricing'],
  'pricing/quotes': ['accounts', 'sources', 'pricing'],
  'pricing/limits': ['accounts', 'sources', 'pricing'],
  'pricing/overview': [
    'accounts', 'sources', 'segments', 'pricing', 'pricing/rules', 'pricing/products',
    'pricing/limits',
  ],
  'pricing/experiments': ['accounts', 'sources', 'segments/charts', 'pricing', 'pricing/limits'],
  'pricing/elasticity': [
    'accounts', 'sources', 'segments/charts', 'pricing', 'pricing/experiments',
  ],
  keys: ['accounts', 'sources'],
  webhooks: ['accounts'],
}

/** What talks to Firebase: a room reaches it through its `api.ts`. */
const REMOTE = /^data\/(firestore|functions|live|storage)$/

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, source: readFileSync(join(ROOT, file), 'utf8') }))

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

/** The folder of `features/` that a file or a module lies in; null for all that lies elsewhere. */
function roomOf(path: string): string | null {
  return path.startsWith('features/') ? relative('features', dirname(path)) : null
}

it('lists every room, each below those that it uses', () => {
  const found = new Set(files.flatMap(({ file }) => roomOf(file) ?? []))
  const listed = Object.keys(ROOMS)
  expect([...found].toSorted()).toEqual(listed.toSorted())
  for (const [room, used] of Object.entries(ROOMS)) {
    expect(listed.slice(0, listed.indexOf(room)), room).toEqual(expect.arrayContaining(used))
  }
})

describe('imports point down', () => {
  for (const { file, source } of files) {
    const [layer] = file.split('/')
    const room = roomOf(file)
    it(file, () => {
      for (const target of importsOf(source)) {
        expect(target, 'modules are named from src, never by the way to them').not.toMatch(/^\.\.?\//)
        if (!target.startsWith('@/')) continue
        const module = target.slice(2)
        const [below] = module.split('/')
        const other = roomOf(module)
        if (below === 'app') expect(['app', 'main.tsx'], target).toContain(layer)
        if (other !== null) expect(['features', 'app'], target).toContain(layer)
        if (room !== null && other !== null && other !== room) expect(ROOMS[room], target).toContain(other)
        if (layer === 'ui') expect(['ui', 'styles.css'], target).toContain(below)
      }
    })
  }
})

it('talks to Firebase only in src/data, and through it only in the api.ts of a room', () => {
  const others = files.filter(({ file }) => !file.startsWith('data/') && !/(\.test|\/testing)\.tsx?$/.test(file))
  for (const { file, source } of others) {
    const imported = importsOf(source)
    const remote = imported.filter((target) => REMOTE.test(target.replace('@/', '')))
    if (!/^features\/.+\/api\.ts$/.test(file)) expect(remote, file).toEqual([])
    // Signing in is Firebase Authentication's own flow: sessions.ts is where the app meets it.
    if (file === 'features/accounts/sessions.ts') continue
    expect(imported.filter((target) => target.startsWith('firebase/')), file).toEqual([])
  }
})

it('shows no markup from data', () => {
  for (const { file, source } of files) {
    if (!/\.test\.tsx?$/.test(file)) expect(source, file).not.toMatch(/dangerouslySetInnerHTML|innerHTML/)
  }
})
