import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'

import { signOutHere, useAccount } from '@/data/auth'
import { type IdleState, idleState, noteActivity, readActiveAt } from '@/features/accounts/idle'
import { text } from '@/features/accounts/text'
import { Button } from '@/ui/button'
import { Confirm } from '@/ui/dialog'

const SIGNS_OF_LIFE = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const

/** Watches the signed-in session and asks before it ends. */
export function IdleGuard() {
  const account = useAccount()
  const navigate = useNavigate()
  const client = useQueryClient()
  const here = useRouterState({ select: (state) => state.location.href })
  const [session, setSession] = useState<IdleState>({ state: 'active' })
  const signedInAt = account?.signedInAt
  const warned = session.state === 'warned'

  const leave = useCallback(
    async (because: 'idle' | 'cap' | undefined) => {
      await signOutHere()
      client.clear()
      await navigate({
        to: '/sign-in',
        search: because ? { next: here, ended: because } : {},
      })
    },
    [client, here, navigate],
  )

  useEffect(() => {
    if (signedInAt === undefined) return undefined
    // The machine may have slept: only a recent sign of life counts.
    if (idleState(Date.now(), readActiveAt(Date.now()), signedInAt).state === 'active') {
      noteActivity(Date.now(), true)
    }
    const look = (): void => {
      const now = Date.now()
      const next = idleState(now, readActiveAt(now), signedInAt)
      setSession((last) => (same(last, next) ? last : next))
    }
    const timer = setInterval(look, 1000)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [signedInAt])

  useEffect(() => {
    // After the warning only an answer counts: a key that is pressed by accident is none.
    if (signedInAt === undefined || warned) return undefined
    const note = (): void => noteActivity(Date.now())
    for (const sign of SIGNS_OF_LIFE) addEventListener(sign, note, { passive: true })
    return () => {
      for (const sign of SIGNS_OF_LIFE) removeEventListener(sign, note)
    }
  }, [signedInAt, warned])

  useEffect(() => {
    if (session.state === 'over' && signedInAt !== undefined) void leave(session.because)
  }, [leave, session, signedInAt])

  const stay = (): void => {
    noteActivity(Date.now(), true)
    setSession({ state: 'active' })
  }

  if (session.state !== 'warned' || !account) return null
  return (
    <Confirm
      open
      onOpenChange={(open) => (open ? undefined : stay())}
      title={text.idle.title}
      cancelLabel={text.idle.stay}
      confirm={<Button onClick={() => void leave(undefined)}>{text.idle.leave}</Button>}
    >
      <p>{text.idle.warning(session.secondsLeft)}</p>
    </Confirm>
  )
}

function same(left: IdleState, right: IdleState): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
