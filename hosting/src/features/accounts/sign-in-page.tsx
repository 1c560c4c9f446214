import { zodResolver } from '@hookform/resolvers/zod'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Play } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod'

import { loadConfig } from '@/data/config'
import { whatFailed } from '@/data/failure'
import { Frame } from '@/features/accounts/frame'
import { noteActivity } from '@/features/accounts/idle'
import { type Credentials, signIn, signInProblem } from '@/features/accounts/sessions'
import { text } from '@/features/accounts/text'
import { Button } from '@/ui/button'
import { Checkbox, Field, Input } from '@/ui/field'
import { Note } from '@/ui/states'

const schema = z.object({
  email: z.email(text.problems.email),
  password: z.string().min(1, text.problems.password),
  remember: z.boolean(),
})

export function SignInPage() {
  const navigate = useNavigate()
  const { next, ended } = useSearch({ from: '/sign-in' })
  const [demo, setDemo] = useState<Credentials | null>(null)
  const [problem, setProblem] = useState('')
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: '', password: '', remember: true },
  })
  const { errors, isSubmitting } = form.formState

  useEffect(() => {
    void loadConfig().then((config) => setDemo(config.demo))
  }, [])

  const enter = async (credentials: Credentials, remember: boolean): Promise<void> => {
    setProblem('')
    try {
      await signIn(credentials, { remember })
    } catch (error) {
      const kind = signInProblem(error)
      setProblem(kind === 'other' ? whatFailed(error).message : text.signIn[kind])
      return
    }
    noteActivity(Date.now(), true)
    await navigate({ href: next ?? '/' })
  }

  return (
    <Frame title={text.signIn.title}>
      {ended ? (
        <div className="mb-4">
          <Note role="status">{ended === 'cap' ? text.signIn.capped : text.signIn.ended}</Note>
        </div>
      ) : null}
      {demo ? (
        <div className="mb-6 rounded-xl border border-line bg-surface p-4">
          <Button look="primary" className="w-full" onClick={() => enter(demo, true)}>
            <Play aria-hidden /> {text.signIn.demo}
          </Button>
          <p className="mt-2 text-xs text-ink-soft">{text.signIn.demoNote}</p>
        </div>
      ) : null}
      <form
        noValidate
        onSubmit={form.handleSubmit((fields) => enter(fields, fields.remember))}
        className="space-y-4"
      >
        <Field label={text.email} error={errors.email?.message}>
          {(control) => (
            <Input {...control} type="email" autoComplete="username" {...form.register('email')} />
          )}
        </Field>
        <Field label={text.password} error={errors.password?.message ?? (problem || undefined)}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="current-password"
              {...form.register('password')}
            />
          )}
        </Field>
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Checkbox label={text.signIn.remember} {...form.register('remember')} />
          <Link
            to="/forgot-password"
            className="text-[13px] font-medium text-primary-ink underline underline-offset-4"
          >
            {text.signIn.forgot}
          </Link>
        </div>
        <div aria-live="assertive" className="sr-only">
          {problem}
        </div>
        <Button type="submit" look={demo ? 'secondary' : 'primary'} busy={isSubmitting} className="w-full">
          {text.signIn.submit}
        </Button>
      </form>
      <p className="mt-6 text-sm text-ink-soft">
        {text.signIn.new}{' '}
        <Link
          to="/sign-up"
          search={next ? { next } : {}}
          className="font-medium text-primary-ink underline underline-offset-4"
        >
          {text.signIn.create}
        </Link>
      </p>
    </Frame>
  )
}
