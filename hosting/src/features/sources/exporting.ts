import * as z from 'zod'

import type { SourceRef } from '@/data/paths'

const reply = z.looseObject({ path: z.string() })

/** Have the server write a source's customers into a file, and save it. */
export async function exportCustomers(
  source: SourceRef,
  format: 'csv' | 'json',
  name: string,
): Promise<void> {
  const [{ callFunction }, { downloadFile }] = await Promise.all([
    import('@/data/functions'),
    import('@/data/storage'),
  ])
  const { path } = await callFunction('export_segments', { source, format }, reply)
  await downloadFile(path, `${source.kind}-${name}.${format}`)
}
