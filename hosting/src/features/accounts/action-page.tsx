import { zodResolver } from '@hookform/resolvers/zod'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod'

import { whatFailed } from '@/data/failure'
import { Frame } from '@/features/accounts/frame'
import { ENOUGH, judgePassword } from '@/features/accounts/password'
import { StrengthMeter } from '@/features/accounts/password-field'
import { confirmEmail, readResetCode, setNewPassword, signIn } from '@/features/accounts/sessions'
import { newPassword } from '@/features/accounts/sign-up-page'
import { text } from '@/features/accounts/text'
import { Button } from '@/ui/button'
import { Field, Input } from '@/ui/field'
import { Note, Skeleton } from '@/ui/states'

type Outcome = { is: 'working' } | { is: 'verified' } | { is: 'expired' } | { is: 'reset'; email: string }

// A link works once; React may run an effect twice.
const used = new Map<string, Promise<Outcome>>()

function open(mode: string, code: string): Promise<Outcome> {
  const known = used.get(code)
  if (known) return known
  const outcome: Promise<Outcome> =
    mode === 'resetPassword'
      ? readResetCode(code).then(
          (email) => ({ is: 'reset', email }),
          () => ({ is: 'expired' }),
        )
      : confirmEmail(code).then(
          () => ({ is: 'verified' }),
          () => ({ is: 'expired' }),
        )
  used.set(code, outcome)
  return outcome
}

/** Where the links in e-mails lead. */
export function ActionPage() {
  const { mode, oobCode, next } = useSearch({ from: '/auth/action' })
  const navigate = useNavigate()
  const [outcome, setOutcome] = useState<Outcome>({ is: 'working' })
  useEffect(() => {
    void open(mode, oobCode).then(setOutcome)
  }, [mode, oobCode])

  if (outcome.is === 'working') {
    return (
      <Frame title={text.action.working}>
        <Skeleton className="h-10 w-full" />
      </Frame>
    )
  }
  if (outcome.is === 'verified') {
    return (
      <Frame title={text.action.verified}>
        <p className="mb-4 text-ink-soft">{text.action.verifiedNote}</p>
        <Button look="primary" onClick={() => navigate({ href: next ?? '/' })}>
          {text.action.go}
        </Button>
      </Frame>
    )
  }
  if (outcome.is === 'expired') {
    return (
      <Frame title={text.action.expired}>
        <p className="mb-4 text-ink-soft">{text.action.expiredNote}</p>
        <Button look="primary" onClick={() => navigate({ to: '/sign-in', search: {} })}>
          {text.reset.back}
        </Button>
      </Frame>
    )
  }
  return <NewPasswordForm email={outcome.email} code={oobCode} />
}

const schema = z.object({ password: newPassword })

function NewPasswordForm({ email, code }: { email: string; code: string }) {
  const navigate = useNavigate()
  const [problem, setProblem] = useState('')
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { password: '' } })
  const password = useWatch({ control: form.control, name: 'password' })
  const { errors, isSubmitting } = form.formState

  const submit = async (fields: z.infer<typeof schema>): Promise<void> => {
    const { score } = await judgePassword(fields.password, [email])
    if (score < ENOUGH) {
      form.setError('password', { message: text.problems.weak })
      return
    }
    try {
      await setNewPassword(code, fields.password)
      await signIn({ email, password: fields.password }, { remember: false })
      await navigate({ to: '/' })
    } catch (error) {
      setProblem(whatFailed(error).message)
    }
  }

  return (
    <Frame title={text.action.newPassword}>
      <form noValidate onSubmit={form.handleSubmit(submit)} className="space-y-4">
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <div>
          <Field label={text.password} error={errors.password?.message}>
            {(control) => (
              <Input
                {...control}
                type="password"
                autoComplete="new-password"
                {...form.register('password')}
              />
            )}
          </Field>
          <StrengthMeter password={password} own={[email]} />
        </div>
        {problem ? (
          <Note tone="bad" role="alert">
            {problem}
          </Note>
        ) : null}
        <Button type="submit" look="primary" busy={isSubmitting} className="w-full">
          {text.action.submit}
        </Button>
      </form>
    </Frame>
  )
}
