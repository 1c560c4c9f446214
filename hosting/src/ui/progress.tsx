import { classes } from '@/ui/classes'

/** `value` 0-100, or null while the amount isn't known. */
export function Progress({ value, label, tone = 'primary' }: { value: number | null; label: string; tone?: 'primary' | 'csv' }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value == null ? undefined : Math.round(value)}
      className="h-2 overflow-hidden rounded-full bg-sunken"
    >
      <div
        className={classes(
          'h-full rounded-full transition-[width] duration-300',
          tone === 'csv' ? 'bg-csv' : 'bg-primary',
          value == null && 'w-1/3 animate-pulse',
        )}
        style={value == null ? undefined : { width: `${Math.max(0, Math.min(100, value))}%` }}
      />
    </div>
  )
}
