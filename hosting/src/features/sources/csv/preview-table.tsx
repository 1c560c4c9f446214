import { formatCount } from '@/data/format'
import { applyFixes, type Fixes, type Preview } from '@/features/reading/preview'
import { text } from '@/features/sources/csv/text'
import { classes } from '@/ui/classes'
import { ScrollArea } from '@/ui/scroll-area'

interface PreviewTableProps {
  name: string
  preview: Preview
  fixes: Fixes
  onFix: (fixes: Fixes) => void
}

/** The first rows as they lie in the file; cells can be fixed where the file allows it. */
export function PreviewTable({ name, preview, fixes, onFix }: PreviewTableProps) {
  const rows = applyFixes(preview.rows, fixes)
  const fix = (row: number, column: number, value: string): void => {
    const key = `${row}:${column}`
    const { [key]: _, ...others } = fixes
    onFix(value === preview.rows[row]?.[column] ? others : { ...others, [key]: value })
  }
  return (
    <ScrollArea
      role="region"
      label={text.preview.show(name)}
      className="max-h-80 rounded-lg border border-line"
    >
      <table className="w-max min-w-full border-collapse text-[13px]">
        <thead className="sticky top-0 z-10 bg-sunken">
          <tr>
            <th scope="col" className="px-2.5 py-2 text-left font-medium text-ink-soft">
              <span className="sr-only">{text.preview.row}</span>
            </th>
            {preview.columns.map((column, at) => (
              <th key={at} scope="col" className="px-2.5 py-2 text-left font-medium whitespace-nowrap">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r} className="border-t border-line">
              <th scope="row" className="figures px-2.5 py-1 text-left font-normal text-ink-faint">
                {formatCount(r + 1)}
              </th>
              {preview.columns.map((column, c) => (
                <td key={c} className="px-1 py-0.5">
                  {preview.editable ? (
                    <input
                      aria-label={text.preview.cell(r + 1, column)}
                      value={row[c] ?? ''}
                      size={Math.min(40, Math.max(6, (row[c] ?? '').length))}
                      onChange={(event) => fix(r, c, event.target.value)}
                      className={classes(
                        'h-7 w-full rounded border border-transparent bg-transparent px-1.5 -outline-offset-2 hover:border-line-strong',
                        fixes[`${r}:${c}`] !== undefined && 'border-primary bg-primary-soft',
                      )}
                    />
                  ) : (
                    <span className="block max-w-64 truncate px-1.5 py-1">{row[c]}</span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  )
}
