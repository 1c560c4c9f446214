import { expect, it } from 'vitest'

import { toCsv } from '@/features/segments/charts/chart-frame'

it('writes CSV that no spreadsheet runs', () => {
  const csv = toCsv({ columns: ['a', 'b'], rows: [['=cmd()', 'x, "y"']] })
  expect(csv).toBe('a,b\r\n\'=cmd(),"x, ""y"""')
})
