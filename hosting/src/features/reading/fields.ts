import { text } from '@/features/reading/text'

/** The canonical fields of the data contract, in the order a merchant thinks of them. */
export const FIELDS = Object.keys(text.fields) as Field[]
export type Field = keyof typeof text.fields

/** Any one of these tells customers apart. */
export const IDENTIFYING: readonly Field[] = ['customer_id', 'email', 'phone', 'name']

/** `{field: column or [columns]}`, as documents hold it. */
export type ColumnMapping = Record<string, string | string[]>

/** The other way round, as the editor shows it: one meaning per column. */
export function meaningsOf(mapping: ColumnMapping): Record<string, string> {
  const meanings: Record<string, string> = {}
  for (const [field, columns] of Object.entries(mapping)) {
    for (const column of Array.isArray(columns) ? columns : [columns]) meanings[column] ??= field
  }
  return meanings
}

/** Back to the document's form; columns that share a meaning become a list, in file order. */
export function mappingOf(columns: string[], meanings: Record<string, string>): ColumnMapping {
  const mapping: ColumnMapping = {}
  for (const column of columns) {
    const field = meanings[column]
    if (!field) continue
    const before = mapping[field]
    if (before === undefined) mapping[field] = column
    else mapping[field] = [...(Array.isArray(before) ? before : [before]), column]
  }
  return mapping
}

export function identifiesCustomers(meanings: Record<string, string>): boolean {
  return Object.values(meanings).some((field) => IDENTIFYING.includes(field as Field))
}
