import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'

import { refreshAccount, signOutHere, useAccount } from '@/data/auth'
import { onEmulators } from '@/data/config'
import { whatFailed } from '@/data/failure'
import { Frame } from '@/features/accounts/frame'
import { findMailedCode, sendVerification } from '@/features/accounts/sessions'
import { text } from '@/features/accounts/text'
import { Button, buttonLook } from '@/ui/button'
import { Note } from '@/ui/states'

const LOOK_EVERY_MS = 4000

export function VerifyEmailPage() {
  const account = useAccount()
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/verify-email' })
  const [note, setNote] = useState('')
  const [code, setCode] = useState<string | null>(null)
  const email = account?.email

  const check = useCallback(async () => {
    const found = await refreshAccount()
    if (!found?.emailVerified) return false
    await navigate({ href: next ?? '/' })
    return true
  }, [navigate, next])

  useEffect(() => {
    if (!email || !onEmulators) return
    void findMailedCode(email, 'VERIFY_EMAIL').then(setCode)
  }, [email, note])

  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void check().catch(() => undefined)
    }, LOOK_EVERY_MS)
    return () => clearInterval(timer)
  }, [check])

  const again = async (): Promise<void> => {
    try {
      await sendVerification()
      setNote(text.verify.sentAgain)
    } catch (error) {
      setNote(whatFailed(error).message)
    }
  }

  return (
    <Frame title={text.verify.title}>
      <p className="text-ink-soft">{text.verify.sent(email ?? '')}</p>
      {code ? (
        <div className="mt-4 rounded-xl border border-line bg-surface p-4">
          <p className="mb-2 text-[13px] text-ink-soft">{text.verify.emulator}</p>
          <Link
            to="/auth/action"
            search={{ mode: 'verifyEmail', oobCode: code, ...(next ? { next } : {}) }}
            className={buttonLook({ look: 'primary' })}
          >
            {text.verify.open}
          </Link>
        </div>
      ) : null}
      <div className="mt-5 flex flex-wrap gap-2">
        <Button
          look={code ? 'secondary' : 'primary'}
          onClick={async () => {
            if (!(await check())) setNote(text.verify.notYet)
          }}
        >
          {text.verify.check}
        </Button>
        <Button onClick={again}>{text.verify.again}</Button>
        <Button
          look="quiet"
          onClick={async () => {
            await signOutHere()
            await navigate({ to: '/sign-in', search: {} })
          }}
        >
          {text.verify.other}
        </Button>
      </div>
      {note ? (
        <div className="mt-4">
          <Note role="status">{note}</Note>
        </div>
      ) : null}
    </Frame>
  )
}
