import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { CircleHelp } from 'lucide-react'

import { text } from '@/app/text'
import { whatFailed } from '@/data/failure'
import { Button, buttonLook } from '@/ui/button'
import { Failed, Loading, State } from '@/ui/states'

export function NotFound() {
  return (
    <main className="py-10">
      <State
        page
        title={text.notFound}
        icon={CircleHelp}
        action={
          <Link to="/" className={buttonLook({ look: 'primary' })}>
            {text.goHome}
          </Link>
        }
      >
        {text.notFoundNote}
      </State>
    </main>
  )
}

export function Crashed({ error, reset }: ErrorComponentProps) {
  return (
    <Failed
      title={text.crashed}
      message={whatFailed(error).message}
      action={
        <Button look="primary" onClick={reset}>
          {text.retry}
        </Button>
      }
    />
  )
}

export function Pending() {
  return (
    <div className="mx-auto max-w-5xl p-6">
      <Loading label={text.loading} />
    </div>
  )
}
