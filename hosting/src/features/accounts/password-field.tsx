import { useEffect, useState } from 'react'

import { judgePassword, type Strength } from '@/features/accounts/password'
import { text } from '@/features/accounts/text'
import { classes } from '@/ui/classes'

const COLOURS = ['bg-bad-solid', 'bg-bad-solid', 'bg-pricing', 'bg-good', 'bg-good']

/** How strong a password is, said in words as well as in colour. */
export function StrengthMeter({ password, own }: { password: string; own: string[] }) {
  const [judged, setJudged] = useState<Strength | null>(null)
  const words = own.join('\n')
  useEffect(() => {
    let current = true
    if (!password) return undefined
    const timer = setTimeout(() => {
      void judgePassword(password, words.split('\n')).then((found) => {
        if (current) setJudged(found)
      })
    }, 200)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [password, words])
  const strength = password ? judged : null

  return (
    <div className="mt-2">
      <div
        role="meter"
        aria-label={text.signUp.strengthLabel}
        aria-valuemin={0}
        aria-valuemax={4}
        aria-valuenow={strength?.score ?? 0}
        aria-valuetext={strength ? text.signUp.strength[strength.score] : undefined}
        className="grid grid-cols-4 gap-1"
      >
        {[1, 2, 3, 4].map((step) => (
          <span
            key={step}
            className={classes(
              'h-1.5 rounded-full bg-sunken',
              strength && strength.score >= step && COLOURS[strength.score],
              strength?.score === 0 && step === 1 && COLOURS[0],
            )}
          />
        ))}
      </div>
      <p className="mt-1 text-xs text-ink-soft" aria-live="polite">
        {strength
          ? `${text.signUp.strength[strength.score]}. ${text.signUp.guesses(strength.crackTime)}`
          : text.signUp.strengthHint}
      </p>
    </div>
  )
}
