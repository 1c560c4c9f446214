import { EFFECTS } from '@/data/prices'
import { charmsOf, type PartProps, type RuleDraft } from '@/features/pricing/rules/rule-draft'
import { text } from '@/features/pricing/rules/text'
import { text as pricing } from '@/features/pricing/text'
import { Field, Input, Select } from '@/ui/field'
import { Note } from '@/ui/states'

export function EffectFields({
  draft,
  onChange,
  problems,
  currency,
  premiums,
}: PartProps & { currency: string; premiums: boolean }) {
  const fixed = draft.kind === 'fixed'
  const percent = !fixed && draft.unit === 'percent'
  const isPersonal = draft.segments.length + draft.archetypes.length + draft.rfmGroups.length > 0
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={text.kind}>
          {(control) => (
            <Select
              {...control}
              value={draft.kind}
              onChange={({ target }) => onChange({ kind: target.value as RuleDraft['kind'] })}
            >
              {EFFECTS.map((kind) => (
                <option key={kind} value={kind}>
                  {pricing.effects[kind]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {fixed ? (
          <Field label={text.price(currency)} error={problems.price}>
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                value={draft.price}
                onChange={({ target }) => onChange({ price: target.value })}
              />
            )}
          </Field>
        ) : (
          <Field label={text.unit}>
            {(control) => (
              <Select
                {...control}
                value={draft.unit}
                onChange={({ target }) => onChange({ unit: target.value as RuleDraft['unit'] })}
              >
                {Object.entries(text.units).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
      </div>
      {percent ? (
        <div>
          <div className="grid grid-cols-2 gap-4">
            <Field label={text.low} error={problems.low}>
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  value={draft.low}
                  onChange={({ target }) => onChange({ low: target.value })}
                />
              )}
            </Field>
            <Field label={text.high} error={problems.high}>
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  value={draft.high}
                  onChange={({ target }) => onChange({ high: target.value })}
                />
              )}
            </Field>
          </div>
          <p className="mt-1 text-xs text-ink-soft">{text.rangeHint}</p>
        </div>
      ) : null}
      {!fixed && !percent ? (
        <Field label={text.amount(currency)} error={problems.amount}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              value={draft.amount}
              onChange={({ target }) => onChange({ amount: target.value })}
            />
          )}
        </Field>
      ) : null}
      <Field label={text.charm} hint={text.charmHint}>
        {(control) => (
          <Select {...control} value={draft.charm} onChange={({ target }) => onChange({ charm: target.value })}>
            {charmsOf(currency).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {draft.kind === 'premium' && isPersonal && !premiums ? (
        <Note tone="pricing">{text.premiumBlocked}</Note>
      ) : null}
    </>
  )
}
