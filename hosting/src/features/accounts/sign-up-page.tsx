import { zodResolver } from '@hookform/resolvers/zod'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import * as z from 'zod'

import { whatFailed } from '@/data/failure'
import { Frame } from '@/features/accounts/frame'
import { noteActivity } from '@/features/accounts/idle'
import { ENOUGH, judgePassword } from '@/features/accounts/password'
import { StrengthMeter } from '@/features/accounts/password-field'
import { signUp } from '@/features/accounts/sessions'
import { text } from '@/features/accounts/text'
import { Button } from '@/ui/button'
import { Checkbox, Field, Input } from '@/ui/field'
import { Note } from '@/ui/states'

export const newPassword = z.string().min(10, text.problems.short).max(128, text.problems.long)

const schema = z
  .object({
    businessName: z.string().trim().min(1, text.problems.business).max(200, text.problems.tooLong),
    userName: z.string().trim().min(1, text.problems.userName).max(100, text.problems.tooLong),
    email: z.email(text.problems.email),
    password: newPassword,
    confirmation: z.string(),
    terms: z.literal(true, text.problems.accept),
    privacy: z.literal(true, text.problems.accept),
  })
  .refine((fields) => fields.password === fields.confirmation, {
    path: ['confirmation'],
    error: text.problems.same,
    when: () => true,
  })

const link = 'font-medium text-primary-ink underline underline-offset-4'

export function SignUpPage() {
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/sign-up' })
  const [problem, setProblem] = useState('')
  const form = useForm<z.input<typeof schema>, unknown, z.output<typeof schema>>({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: { businessName: '', userName: '', email: '', password: '', confirmation: '' },
  })
  const { errors, isSubmitting } = form.formState
  const [password, email, businessName, userName] = useWatch({
    control: form.control,
    name: ['password', 'email', 'businessName', 'userName'],
  })

  const submit = async (fields: z.output<typeof schema>): Promise<void> => {
    setProblem('')
    const own = [fields.email, fields.businessName, fields.userName]
    const { score } = await judgePassword(fields.password, own)
    if (score < ENOUGH) {
      form.setError('password', { message: text.problems.weak }, { shouldFocus: true })
      return
    }
    try {
      await signUp(fields)
    } catch (error) {
      const failure = whatFailed(error)
      if (failure.code === 'email-already-in-use') {
        form.setError('email', { message: text.signUp.taken }, { shouldFocus: true })
      } else {
        setProblem(failure.message)
      }
      return
    }
    noteActivity(Date.now(), true) // oxlint-disable-line react/purity -- runs on submit
    await navigate({ to: '/verify-email', search: next ? { next } : {} })
  }

  return (
    <Frame title={text.signUp.title}>
      <form noValidate onSubmit={form.handleSubmit(submit)} className="space-y-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={text.signUp.business} error={errors.businessName?.message}>
            {(control) => (
              <Input {...control} autoComplete="organization" {...form.register('businessName')} />
            )}
          </Field>
          <Field label={text.signUp.userName} error={errors.userName?.message}>
            {(control) => <Input {...control} autoComplete="name" {...form.register('userName')} />}
          </Field>
        </div>
        <Field label={text.email} error={errors.email?.message}>
          {(control) => (
            <Input {...control} type="email" autoComplete="username" {...form.register('email')} />
          )}
        </Field>
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
          <StrengthMeter password={password} own={[email, businessName, userName]} />
        </div>
        <Field label={text.signUp.confirmation} error={errors.confirmation?.message}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              {...form.register('confirmation')}
            />
          )}
        </Field>
        <Checkbox
          error={errors.terms?.message}
          label={
            <>
              {text.signUp.accept}
              <Link to="/terms" target="_blank" className={link}>
                {text.signUp.terms}
              </Link>
            </>
          }
          {...form.register('terms')}
        />
        <Checkbox
          error={errors.privacy?.message}
          label={
            <>
              {text.signUp.and}
              <Link to="/privacy" target="_blank" className={link}>
                {text.signUp.privacy}
              </Link>
            </>
          }
          {...form.register('privacy')}
        />
        {problem ? (
          <Note tone="bad" role="alert">
            {problem}
          </Note>
        ) : null}
        <Button type="submit" look="primary" busy={isSubmitting} className="w-full">
          {text.signUp.submit}
        </Button>
      </form>
      <p className="mt-6 text-sm text-ink-soft">
        {text.signUp.have}{' '}
        <Link to="/sign-in" search={next ? { next } : {}} className={link}>
          {text.signUp.signIn}
        </Link>
      </p>
    </Frame>
  )
}
