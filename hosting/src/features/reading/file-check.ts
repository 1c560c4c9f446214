/** What can be said about a file before it is sent. */
import { formatBytes } from '@/data/format'
import { text } from '@/features/reading/text'

// As the rules and the server's settings say.
export const MAX_BYTES = 500 * 1000 * 1000
export const MAX_FILES = 10
const MAX_NAME = 200

const ENDINGS = /\.(csv|tsv|tab|txt|xlsx|gz|zip)$/i
const BINARY_ENDINGS = /\.(xlsx|gz|zip)$/i

/** Whether the browser can't show its first rows. */
export function isBinary(name: string): boolean {
  return BINARY_ENDINGS.test(name)
}

/** Why this file can't be sent, or null. Reads its first 4 kB. */
export async function findProblem(file: File): Promise<string | null> {
  if (file.size === 0) return text.problems.empty
  if (file.size > MAX_BYTES) return text.problems.large(formatBytes(MAX_BYTES))
  if (!ENDINGS.test(file.name)) return text.problems.type
  if (isBinary(file.name)) return null
  const head = new Uint8Array(await file.slice(0, 4096).arrayBuffer())
  const wide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  return !wide && head.includes(0) ? text.problems.binary : null
}

/** A name that Storage and the rules take: no slashes or control characters, its ending kept. */
export function storedName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what has to go
  const clean = name.replace(/[/\\\u0000-\u001f\u007f]/g, '_')
  if (clean.length <= MAX_NAME) return clean
  const dot = clean.lastIndexOf('.')
  const ending = dot > 0 && clean.length - dot <= 10 ? clean.slice(dot) : ''
  return clean.slice(0, MAX_NAME - ending.length) + ending
}

export function labelOf(name: string): string {
  return name.replace(ENDINGS, '').slice(0, 200) || name.slice(0, 200)
}
