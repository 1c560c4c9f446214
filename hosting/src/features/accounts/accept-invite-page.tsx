import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'

import { refreshAccount, useAccount } from '@/data/auth'
import { whatFailed } from '@/data/failure'
import { acceptInvite } from '@/features/accounts/api'
import { Frame } from '@/features/accounts/frame'
import { text } from '@/features/accounts/text'
import { Button } from '@/ui/button'
import { Note } from '@/ui/states'

/** Where an invitation's link leads, once signed in. */
export function AcceptInvitePage() {
  const { owner, invitation, token } = useSearch({ from: '/accept-invite' })
  const account = useAccount()
  const navigate = useNavigate()
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)

  const accept = async (): Promise<void> => {
    if (!owner) return
    setBusy(true)
    setProblem('')
    try {
      await acceptInvite(owner, invitation, token)
      await refreshAccount() // the new role is a claim of the next token
      await navigate({ to: '/m/$owner', params: { owner } })
    } catch (error) {
      const { message, hint } = whatFailed(error)
      setProblem(`${message} ${hint}`)
      setBusy(false)
    }
  }

  return (
    <Frame title={text.invite.title}>
      {owner && invitation && token ? (
        <>
          <p className="mb-4 text-ink-soft">{text.invite.note(account?.email ?? '')}</p>
          <Button look="primary" busy={busy} onClick={() => void accept()}>
            {text.invite.accept}
          </Button>
        </>
      ) : (
        <Note tone="bad" role="alert">
          {text.invite.broken}
        </Note>
      )}
      {problem ? (
        <div className="mt-4">
          <Note tone="bad" role="alert">
            {text.invite.failed}. {problem}
          </Note>
        </div>
      ) : null}
    </Frame>
  )
}
