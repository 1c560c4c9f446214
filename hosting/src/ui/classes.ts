import { type ClassValue, clsx } from 'clsx'
import { twMerge } from 'tailwind-merge'

/** Join class names; later Tailwind classes win over earlier ones of the same kind. */
export function classes(...values: ClassValue[]): string {
  return twMerge(clsx(values))
}
