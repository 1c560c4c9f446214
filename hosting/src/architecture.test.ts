// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { describe, expect, it } from 'vitest'

const ROOT = join(process.cwd(), 'src')

/** Which feature may use which; no way leads back. */
const FEATURES: Record<string, string[]> = {
  accounts: [],
  sources: ['accounts'],
  insights: ['sources'],
  texts: ['insights', 'sources'],
  segments: ['insights', 'texts', 'sources', 'accounts'],
  uploads: ['sources', 'accounts'],
}

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, source: readFileSync(join(ROOT, file), 'utf8') }))

function importsOf(source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'@\/([^']+)'/g)].map((match) => match[1] ?? '')
}

describe('imports point down', () => {
  for (const { file, source } of files) {
    const [layer, feature] = relative('.', file).split('/')
    it(file, () => {
      for (const target of importsOf(source)) {
        const [below, other] = target.split('/')
        if (below === 'app') expect(['app', 'main.tsx']).toContain(layer)
        if (below === 'features' && layer === 'features' && other !== feature) {
          expect(FEATURES[feature ?? '']).toContain(other)
        }
        if (below === 'features') expect(['features', 'app']).toContain(layer)
        if (layer === 'ui') expect(['ui', 'styles.css']).toContain(below)
      }
    })
  }
})

it('shows no markup from data', () => {
  for (const { file, source } of files) {
    if (!file.endsWith('.test.ts')) expect(source, file).not.toMatch(/dangerouslySetInnerHTML|innerHTML/)
  }
})
