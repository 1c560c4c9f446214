import { useNavigate } from '@tanstack/react-router'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'

import type { PriceTest, Product } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { choicesOf, currencyOf } from '@/features/pricing/audience'
import { savePriceTest } from '@/features/pricing/experiments/api'
import {
  type ArmDraft,
  emptyTest,
  MOST_ARMS,
  newSeed,
  type Problems,
  readTest,
  type TestDraft,
  testDraftOf,
} from '@/features/pricing/experiments/test-draft'
import { text } from '@/features/pricing/experiments/text'
import { text as prices } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Card, CardBody } from '@/ui/card'
import { Field, Input, Select } from '@/ui/field'
import { PickList } from '@/ui/pick-list'
import { Note } from '@/ui/states'
import { Switch } from '@/ui/switch'

interface TestEditorProps {
  stored: PriceTest | null
  products: Product[]
}

export function TestEditor({ stored, products }: TestEditorProps) {
  const { source, currency } = usePlace()
  const { uid: owner, kind, id: sourceId } = source.ref
  const { mayChange } = useAccess(owner)
  const navigate = useNavigate()
  const money = currencyOf(products, currency)
  const [draft, setDraft] = useState<TestDraft>(() => (stored ? testDraftOf(stored, money) : emptyTest()))
  const [seed] = useState(() => stored?.seed ?? newSeed())
  const [problems, setProblems] = useState<Problems>({ arms: new Map() })
  const [busy, setBusy] = useState(false)
  const change = (fields: Partial<TestDraft>): void => setDraft({ ...draft, ...fields })
  const save = async (): Promise<void> => {
    const read = readTest(draft, source.ref, money, seed)
    setProblems(read.problems ?? { arms: new Map() })
    if (!read.fields) return
    const { fields } = read
    setBusy(true)
    await attempt(async () => {
      const testId = await savePriceTest(owner, stored?.id ?? null, fields)
      await navigate({
        to: '/m/$owner/s/$kind/$sourceId/prices/tests/$testId',
        params: { owner, kind, sourceId, testId },
        search: {},
      })
    }, text.saved)
    setBusy(false)
  }
  const isWrong = problems.arms.size > 0 || Object.keys(problems).length > 1
  return (
    <Card>
      <CardBody>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <fieldset disabled={!mayChange} className="min-w-0 space-y-5">
            <Field label={text.name} error={problems.name}>
              {(control) => (
                <Input
                  {...control}
                  value={draft.name}
                  maxLength={200}
                  placeholder={text.namePlaceholder}
                  onChange={({ target }) => change({ name: target.value })}
                />
              )}
            </Field>
            <PickList
              label={text.productsLabel}
              choices={choicesOf(products)}
              chosen={draft.products}
              onChange={(chosen) => change({ products: chosen })}
              error={problems.products}
              none={text.noProducts}
              search={prices.search}
            />
            <Arms draft={draft} onChange={change} problems={problems} currency={money} />
            <Field
              label={text.holdout}
              hint={text.holdoutHint}
              error={problems.holdout}
              className="max-w-72"
            >
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  value={draft.holdout}
                  onChange={({ target }) => change({ holdout: target.value })}
                />
              )}
            </Field>
            <Switch
              label={text.thompson}
              note={text.thompsonNote}
              checked={draft.thompson}
              onChange={(thompson) => change({ thompson })}
            />
            <p className="text-xs text-ink-soft">{text.seedNote}</p>
            {isWrong ? (
              <Note tone="bad" role="alert">
                {problems.all ?? text.problems.fix}
              </Note>
            ) : null}
            {mayChange ? (
              <Button type="submit" look="primary" busy={busy}>
                {text.save}
              </Button>
            ) : null}
          </fieldset>
        </form>
      </CardBody>
    </Card>
  )
}

interface ArmsProps {
  draft: TestDraft
  onChange: (fields: Partial<TestDraft>) => void
  problems: Problems
  currency: string
}

function Arms({ draft, onChange, problems, currency }: ArmsProps) {
  const { arms } = draft
  const set = (at: number, fields: Partial<ArmDraft>): void =>
    onChange({ arms: arms.map((arm, index) => (index === at ? { ...arm, ...fields } : arm)) })
  return (
    <fieldset className="space-y-3">
      <legend className="text-[13px] font-medium">{text.arms}</legend>
      <p className="text-xs text-ink-soft">{text.armsNote}</p>
      <div className="grid grid-cols-[minmax(0,1fr)_6rem] items-center gap-3 rounded-lg bg-sunken p-3">
        <span className="font-medium">{text.control}</span>
        <Field label={text.weight} error={problems.arms.get(-1)}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              value={draft.controlWeight}
              onChange={({ target }) => onChange({ controlWeight: target.value })}
            />
          )}
        </Field>
      </div>
      {arms.map((arm, at) => (
        <fieldset key={at} className="rounded-lg border border-line p-3">
          <legend className="sr-only">{text.arm(at + 1)}</legend>
          <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-end gap-3 sm:grid-cols-[minmax(0,1fr)_8rem_6rem_auto]">
            <Field label={text.armKind} className="col-span-3 sm:col-span-1">
              {(control) => (
                <Select
                  {...control}
                  value={arm.kind}
                  onChange={({ target }) => set(at, { kind: target.value as ArmDraft['kind'] })}
                >
                  {Object.entries(text.armKinds).map(([value, label]) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            <Field label={`${text.armValue}, ${arm.kind === 'fixed' ? currency : '%'}`}>
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  value={arm.value}
                  onChange={({ target }) => set(at, { value: target.value })}
                />
              )}
            </Field>
            <Field label={text.weight}>
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  value={arm.weight}
                  onChange={({ target }) => set(at, { weight: target.value })}
                />
              )}
            </Field>
            <Button
              look="quiet"
              size="icon"
              aria-label={`${text.removeArm}: ${text.arm(at + 1)}`}
              onClick={() => onChange({ arms: arms.filter((_, index) => index !== at) })}
            >
              <Trash2 aria-hidden />
            </Button>
          </div>
          {problems.arms.has(at) ? (
            <p className="mt-1.5 text-[13px] font-medium text-bad">{problems.arms.get(at)}</p>
          ) : null}
        </fieldset>
      ))}
      {arms.some(({ kind }) => kind === 'premium') ? <Note tone="pricing">{text.raiseNote}</Note> : null}
      {arms.length < MOST_ARMS ? (
        <Button
          size="small"
          onClick={() => onChange({ arms: [...arms, { kind: 'discount', value: '', weight: '1' }] })}
        >
          <Plus aria-hidden /> {text.addArm}
        </Button>
      ) : null}
    </fieldset>
  )
}
