import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'

import { whatFailed } from '@/data/failure'
import { useAccess } from '@/features/accounts/access'
import { connectShop, finishConnecting } from '@/features/sources/shops/api'
import { rememberOwner } from '@/features/sources/shops/returning'
import { CredentialFields } from '@/features/sources/shops/credential-fields'
import { PLATFORMS, readCredentials } from '@/features/sources/shops/platforms'
import { text } from '@/features/sources/shops/text'
import { text as sources } from '@/features/sources/text'
import { Button } from '@/ui/button'
import { Card, CardBody } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Field, Input } from '@/ui/field'
import { Denied, Note } from '@/ui/states'

/** Connect a shop: which platform, where it is, and what opens it. */
export function ConnectPage() {
  const { owner } = useParams({ from: '/m/$owner/shops/connect' })
  const { mayDelete, state } = useAccess(owner)
  const [kind, setKind] = useState('shopify')
  const [wayName, setWayName] = useState('')
  const [missing, setMissing] = useState<string[]>([])
  const { authorization, error } = useSearch({ from: '/m/$owner/shops/connect' })
  const [problem, setProblem] = useState(error ? text.form.refused : '')
  const [busy, setBusy] = useState(Boolean(authorization))
  const finished = useRef('')
  const navigate = useNavigate()
  useEffect(() => {
    if (!authorization || finished.current === authorization) return
    finished.current = authorization // it can be used once
    finishConnecting(owner, authorization).then(
      ({ kind, id }) =>
        navigate({
          to: '/m/$owner/shops/$kind/$sourceId',
          params: { owner, kind, sourceId: id },
          replace: true,
        }),
      (failure: unknown) => {
        const { message, hint } = whatFailed(failure)
        setProblem(`${message} ${hint}`.trim())
        setBusy(false)
      },
    )
  }, [authorization, navigate, owner])
  if (state === 'ready' && !mayDelete) return <Denied title={text.mayNot} message={text.mayNotNote} />
  const platform = PLATFORMS.find((one) => one.kind === kind)
  const way = platform?.ways.find(({ name }) => name === wayName) ?? platform?.ways[0]
  const words = text.platforms[kind]
  if (!platform || !way || !words) return null

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const read = readCredentials(form, way)
    const shopUrl = String(form.get('shop_url') ?? '').trim()
    const label = String(form.get('label') ?? '').trim()
    const lacking = platform.needsUrl && !shopUrl ? ['shop_url', ...read.missing] : read.missing
    setMissing(lacking)
    setProblem('')
    if (lacking.length) return
    setBusy(true)
    try {
      const connected = await connectShop(owner, {
        platform: kind,
        ...(shopUrl ? { shop_url: shopUrl } : {}),
        ...(label ? { label } : {}),
        credentials: read.credentials,
      })
      if ('authorizeUrl' in connected) {
        rememberOwner(owner)
        window.location.assign(connected.authorizeUrl)
        return
      }
      await navigate({
        to: '/m/$owner/shops/$kind/$sourceId',
        params: { owner, kind: connected.kind, sourceId: connected.sourceId },
      })
    } catch (error) {
      const { message, hint } = whatFailed(error)
      setProblem(`${message} ${hint}`.trim())
    }
    setBusy(false)
  }

  return (
    <div className="mx-auto max-w-2xl space-y-4">
      <div>
        <h1 className="text-xl font-semibold tracking-tight">{text.form.title}</h1>
        <p className="mt-0.5 text-ink-soft">{text.form.note}</p>
      </div>
      <Card>
        <CardBody>
          <form noValidate className="space-y-5" onSubmit={(event) => void submit(event)}>
            <fieldset>
              <legend className="mb-1.5 text-[13px] font-medium">{text.form.platform}</legend>
              <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
                {PLATFORMS.map((one) => (
                  <Choice
                    key={one.kind}
                    name="platform"
                    value={one.kind}
                    label={sources.platforms[one.kind] ?? one.kind}
                    checked={one.kind === kind}
                    onChoose={() => {
                      setKind(one.kind)
                      setWayName('')
                      setMissing([])
                      setProblem('')
                    }}
                  />
                ))}
              </div>
            </fieldset>
            {platform.needsUrl ? (
              <Field
                label={text.form.shopUrl}
                hint={words.url}
                error={missing.includes('shop_url') ? text.form.missing : undefined}
              >
                {(control) => (
                  <Input
                    {...control}
                    name="shop_url"
                    inputMode="url"
                    autoComplete="url"
                    spellCheck={false}
                    maxLength={300}
                  />
                )}
              </Field>
            ) : null}
            {platform.ways.length > 1 ? (
              <fieldset>
                <legend className="mb-1.5 text-[13px] font-medium">{text.form.way}</legend>
                <div className="grid gap-2">
                  {platform.ways.map(({ name }) => (
                    <Choice
                      key={name}
                      name="way"
                      value={name}
                      label={words.ways[name] ?? name}
                      checked={name === way.name}
                      onChoose={() => setWayName(name)}
                    />
                  ))}
                </div>
              </fieldset>
            ) : null}
            {way.fields.length ? (
              <div className="space-y-4">
                <CredentialFields way={way} missing={missing} />
                <details className="text-[13px]">
                  <summary className="cursor-pointer text-primary-ink">{text.form.help}</summary>
                  <p className="mt-1.5 text-ink-soft">{words.where}</p>
                </details>
              </div>
            ) : null}
            {way.leaves ? <Note>{text.form.leave}</Note> : null}
            <Field label={text.form.label} hint={text.form.labelHint}>
              {(control) => <Input {...control} name="label" maxLength={200} autoComplete="off" />}
            </Field>
            {problem ? (
              <Note tone="bad" role="alert">
                {problem}
              </Note>
            ) : busy ? (
              <Note role="status">{text.form.asking}</Note>
            ) : null}
            <div className="flex justify-end gap-2">
              <Button onClick={() => void navigate({ to: '/m/$owner/shops', params: { owner } })}>
                {text.form.cancel}
              </Button>
              <Button type="submit" look="primary" busy={busy}>
                {text.form.submit}
              </Button>
            </div>
          </form>
        </CardBody>
      </Card>
    </div>
  )
}

interface ChoiceProps {
  name: string
  value: string
  label: string
  checked: boolean
  onChoose: () => void
}

function Choice({ name, value, label, checked, onChoose }: ChoiceProps) {
  return (
    <label
      className={classes(
        'flex min-h-11 cursor-pointer items-center gap-2.5 rounded-lg border px-3 py-2 text-[13px] leading-5',
        checked ? 'border-primary bg-primary-soft font-medium' : 'border-line hover:bg-sunken',
      )}
    >
      <input
        type="radio"
        name={name}
        value={value}
        checked={checked}
        onChange={onChoose}
        className="size-4 shrink-0 accent-primary"
      />
      {label}
    </label>
  )
}
