/** One colour per segment, the same in every chart of a run; readable on both grounds. */
const COLOURS = [
  '#2f6fed',
  '#c2570c',
  '#0d8f80',
  '#9a46e0',
  '#c72f6b',
  '#5f8a0f',
  '#0a83b8',
  '#b0790a',
  '#6b63e8',
  '#b5483a',
  '#3f8f4f',
  '#8a6d5a',
]

export function segmentColours(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key, at) => [key, COLOURS[at % COLOURS.length] ?? '#2f6fed']))
}

// Up to this strength the page's ink keeps 4.5:1 on either hue, in both themes.
const STRONGEST = 65

/** A ground whose strength says how much; its text is the page's ink. */
export function heat(share: number, hue: 'primary' | 'insight' = 'primary'): { backgroundColor: string } {
  const strength = Math.round(Math.max(0, Math.min(1, share)) * STRONGEST)
  return { backgroundColor: `color-mix(in srgb, var(--heat-${hue}) ${strength}%, var(--surface))` }
}
