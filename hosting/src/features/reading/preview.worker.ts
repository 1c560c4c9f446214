/** Reads the first rows of a file, away from the main thread: a browser parser never sees it all. */
import Papa from 'papaparse'

import type { PreviewReply, PreviewRequest } from '@/features/reading/preview'

const HEAD_BYTES = 256 * 1024
const ROWS = 20

addEventListener('message', (event: MessageEvent<PreviewRequest>) => {
  void read(event.data.file).then(
    (preview) => postMessage({ id: event.data.id, preview } satisfies PreviewReply),
    () => postMessage({ id: event.data.id, preview: null } satisfies PreviewReply),
  )
})

async function read(file: File) {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer())
  const { text, utf8, start } = decode(bytes, file.size > HEAD_BYTES)
  const parsed = Papa.parse<string[]>(text, { preview: ROWS + 1, skipEmptyLines: 'greedy' })
  const [header, ...rows] = parsed.data
  if (!header) return null
  // The rows that were read end where Papa's cursor stands, if it stopped before the end.
  const complete = parsed.meta.truncated || file.size <= HEAD_BYTES
  const headBytes = complete ? start + new TextEncoder().encode(text.slice(0, parsed.meta.cursor)).length : 0
  return {
    columns: header.map((name) => name.trim()),
    rows,
    delimiter: parsed.meta.delimiter,
    linebreak: parsed.meta.linebreak,
    headBytes,
    editable: utf8 && complete && header.length > 1,
  }
}

/** UTF-8 if it is that, else Windows-1252, as most spreadsheets save. */
function decode(bytes: Uint8Array, cut: boolean) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return { text: new TextDecoder('utf-16le').decode(bytes), utf8: false, start: 0 }
  }
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const body = marked ? bytes.subarray(3) : bytes
  try {
    // A cut may fall inside a character: `stream` waits for the rest instead of failing.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body, { stream: cut })
    return { text, utf8: true, start: marked ? 3 : 0 }
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), utf8: false, start: 0 }
  }
}
