import { text } from '@/features/texts/text'
import { Note } from '@/ui/states'

/** Says so where segments rest on behaviour alone although there are words to read. */
export function TextsNote({ state }: { state: string | null }) {
  const words = text.states[state ?? '']
  return words ? <Note tone="insight">{words}</Note> : null
}
