import { useSyncExternalStore } from 'react'

/** Whether the user asked their system for less motion. */
export function useStill(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia('(prefers-reduced-motion: reduce)')
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => matchMedia('(prefers-reduced-motion: reduce)').matches,
  )
}

export const tooltipLook = {
  contentStyle: {
    background: 'var(--raised)',
    border: '1px solid var(--line)',
    borderRadius: 8,
    fontSize: 12,
    color: 'var(--ink)',
    boxShadow: 'var(--shadow-raised)',
  },
  itemStyle: { color: 'var(--ink)', padding: 0 },
  labelStyle: { color: 'var(--ink-soft)', marginBottom: 4 },
} as const
