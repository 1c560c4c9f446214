import { useState } from 'react'

import { attempt } from '@/features/accounts/attempt'
import { optOut } from '@/features/pricing/api'
import { text } from '@/features/pricing/limits/text'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Field, Input } from '@/ui/field'

export function OptOutCard() {
  const { source } = usePlace()
  const [customer, setCustomer] = useState('')
  const [problem, setProblem] = useState(false)
  const [busy, setBusy] = useState(false)
  const set = async (out: boolean): Promise<void> => {
    const id = customer.trim()
    setProblem(!id)
    if (!id) return
    setBusy(true)
    const done = await attempt(() => optOut(source.ref, id, out), out ? text.optedOut : text.optedIn)
    setBusy(false)
    if (done) setCustomer('')
  }
  return (
    <Card>
      <CardHead title={text.optOut} note={text.optOutNote} />
      <CardBody className="pt-3">
        <form
          noValidate
          className="grid items-start gap-3 sm:grid-cols-[minmax(0,20rem)_auto_auto] sm:justify-start"
          onSubmit={(event) => {
            event.preventDefault()
            void set(true)
          }}
        >
          <Field label={text.optOutCustomer} error={problem ? text.needCustomer : undefined}>
            {(control) => (
              <Input
                {...control}
                value={customer}
                maxLength={256}
                autoComplete="off"
                onChange={({ target }) => setCustomer(target.value)}
              />
            )}
          </Field>
          <Button type="submit" busy={busy} className="sm:mt-6">
            {text.optOutSet}
          </Button>
          <Button look="quiet" disabled={busy} className="sm:mt-6" onClick={() => void set(false)}>
            {text.optOutUnset}
          </Button>
        </form>
      </CardBody>
    </Card>
  )
}
