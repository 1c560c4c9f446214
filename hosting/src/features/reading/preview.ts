/** The first rows of a chosen file, and fixing cells in them before the upload. */

export interface Preview {
  columns: string[]
  rows: string[][]
  delimiter: string
  linebreak: string
  headBytes: number
  editable: boolean
}

export interface PreviewRequest {
  id: number
  file: File
}

export interface PreviewReply {
  id: number
  preview: Preview | null
}

let worker: Worker | undefined
let lastId = 0
const waiting = new Map<number, (preview: Preview | null) => void>()

function start(): Worker {
  const started = new Worker(new URL('./preview.worker.ts', import.meta.url), { type: 'module' })
  started.addEventListener('message', (event: MessageEvent<PreviewReply>) => {
    waiting.get(event.data.id)?.(event.data.preview)
    waiting.delete(event.data.id)
  })
  return started
}

export function readPreview(file: File): Promise<Preview | null> {
  worker ??= start()
  lastId += 1
  const id = lastId
  const reply = new Promise<Preview | null>((resolve) => {
    waiting.set(id, resolve)
  })
  worker.postMessage({ id, file } satisfies PreviewRequest)
  return reply
}

/** Changed cells, by `row:column` of the preview. */
export type Fixes = Record<string, string>

export function applyFixes(rows: string[][], fixes: Fixes): string[][] {
  return rows.map((row, r) => row.map((cell, c) => fixes[`${r}:${c}`] ?? cell))
}

/** The file with the fixed cells: its first rows written anew, the rest byte for byte as it was. */
export function fixedFile(file: File, preview: Preview, fixes: Fixes): File {
  if (!preview.editable || Object.keys(fixes).length === 0) return file
  const lines = [preview.columns, ...applyFixes(preview.rows, fixes)]
  const head = lines
    .map((cells) => cells.map((cell) => quote(cell, preview.delimiter)).join(preview.delimiter))
    .join(preview.linebreak)
  return new File([head, preview.linebreak, file.slice(preview.headBytes)], file.name, {
    type: file.type || 'text/csv',
  })
}

function quote(cell: string, delimiter: string): string {
  return cell.includes(delimiter) || /["\r\n]|^\s|\s$/.test(cell)
    ? `"${cell.replaceAll('"', '""')}"`
    : cell
}

const HEAD_FOR_SERVER = 768 * 1024 // base64 makes 1 MiB of it

/** The start of the file as `preview_upload` takes it. */
export async function encodeHead(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_FOR_SERVER).arrayBuffer())
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  }
  return btoa(binary)
}
