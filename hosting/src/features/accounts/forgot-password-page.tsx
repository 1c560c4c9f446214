import { zodResolver } from '@hookform/resolvers/zod'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod'

import { onEmulators } from '@/data/config'
import { whatFailed } from '@/data/failure'
import { Frame } from '@/features/accounts/frame'
import { findMailedCode, sendReset } from '@/features/accounts/sessions'
import { text } from '@/features/accounts/text'
import { Button, buttonLook } from '@/ui/button'
import { Field, Input } from '@/ui/field'
import { Note } from '@/ui/states'

const schema = z.object({ email: z.email(text.problems.email) })

export function ForgotPasswordPage() {
  const [sent, setSent] = useState(false)
  const [code, setCode] = useState<string | null>(null)
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: '' } })
  const { errors, isSubmitting } = form.formState

  const submit = async ({ email }: z.infer<typeof schema>): Promise<void> => {
    try {
      await sendReset(email)
    } catch (error) {
      form.setError('email', { message: whatFailed(error).message })
      return
    }
    if (onEmulators) setCode(await findMailedCode(email, 'PASSWORD_RESET'))
    setSent(true)
  }

  return (
    <Frame title={text.reset.title}>
      {sent ? (
        <div className="space-y-4">
          <Note tone="good" role="status">
            {text.reset.sent}
          </Note>
          {onEmulators ? (
            <div className="rounded-xl border border-line bg-surface p-4">
              <p className="mb-2 text-[13px] text-ink-soft">
                {code ? text.reset.emulator : text.reset.noLink}
              </p>
              {code ? (
                <Link
                  to="/auth/action"
                  search={{ mode: 'resetPassword', oobCode: code }}
                  className={buttonLook({ look: 'primary' })}
                >
                  {text.reset.open}
                </Link>
              ) : null}
            </div>
          ) : null}
        </div>
      ) : (
        <form noValidate onSubmit={form.handleSubmit(submit)} className="space-y-4">
          <p className="text-ink-soft">{text.reset.note}</p>
          <Field label={text.email} error={errors.email?.message}>
            {(control) => (
              <Input {...control} type="email" autoComplete="username" {...form.register('email')} />
            )}
          </Field>
          <Button type="submit" look="primary" busy={isSubmitting} className="w-full">
            {text.reset.submit}
          </Button>
        </form>
      )}
      <p className="mt-6">
        <Link
          to="/sign-in"
          search={{}}
          className="text-sm font-medium text-primary-ink underline underline-offset-4"
        >
          {text.reset.back}
        </Link>
      </p>
    </Frame>
  )
}
