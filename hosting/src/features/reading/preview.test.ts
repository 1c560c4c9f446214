// @vitest-environment node
import { expect, it } from 'vitest'

import { fixedFile, type Preview } from '@/features/reading/preview'

const source = 'id;name\r\n1;Ann\r\n2;"B;b"\r\n3;Cy\r\n'
const head = 'id;name\r\n1;Ann\r\n2;"B;b"\r\n'
const file = new File([source], 'a.csv', { type: 'text/csv' })
const preview: Preview = {
  columns: ['id', 'name'],
  rows: [
    ['1', 'Ann'],
    ['2', 'B;b'],
  ],
  delimiter: ';',
  linebreak: '\r\n',
  headBytes: new TextEncoder().encode(head).length,
  editable: true,
}

async function read(blob: Blob): Promise<string> {
  return new Response(blob).text()
}

it('changes only the fixed cells', async () => {
  const fixed = fixedFile(file, preview, { '0:1': 'Anna' })
  expect(await read(fixed)).toBe('id;name\r\n1;Anna\r\n2;"B;b"\r\n3;Cy\r\n')
  expect(fixed.name).toBe('a.csv')
})

it('quotes what needs it', async () => {
  const fixed = fixedFile(file, preview, { '0:1': 'say "hi"; bye' })
  expect(await read(fixed)).toContain('1;"say ""hi""; bye"\r\n')
})

it('sends the file as it is when nothing was fixed', () => {
  expect(fixedFile(file, preview, {})).toBe(file)
})
