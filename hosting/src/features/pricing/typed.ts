/** What somebody typed, where several forms ask for it. */

/** 0-100; null for anything else. */
export function percent(typed: string): number | null {
  const plain = typed.trim().replace(',', '.')
  const value = Number(plain)
  return /^\d{1,3}(\.\d{1,4})?$/.test(plain) && value <= 100 ? value : null
}

/** Whether a time zone of this name is known, as `Europe/Berlin`. */
export function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone.trim() }) !== null
  } catch {
    return false
  }
}
