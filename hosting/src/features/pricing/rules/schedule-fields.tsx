import { MODES } from '@/data/prices'
import type { PartProps, RuleDraft } from '@/features/pricing/rules/rule-draft'
import { text } from '@/features/pricing/rules/text'
import { ZoneField } from '@/features/pricing/zone-field'
import { Checkbox, Field, Input, Select } from '@/ui/field'
import { PickList } from '@/ui/pick-list'
import { Switch } from '@/ui/switch'

export function ScheduleFields({ draft, onChange, problems }: PartProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={text.starts}>
          {(control) => (
            <Input
              {...control}
              type="date"
              value={draft.starts}
              onChange={({ target }) => onChange({ starts: target.value })}
            />
          )}
        </Field>
        <Field label={text.ends} hint={text.endsHint} error={problems.ends}>
          {(control) => (
            <Input
              {...control}
              type="date"
              value={draft.ends}
              onChange={({ target }) => onChange({ ends: target.value })}
            />
          )}
        </Field>
      </div>
      <PickList
        label={text.weekdays}
        hint={text.everyDay}
        choices={text.days.map((label, at) => ({ value: String(at + 1), label }))}
        chosen={draft.weekdays.map(String)}
        onChange={(chosen) => onChange({ weekdays: chosen.map(Number) })}
        none=""
      />
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label={text.fromHour} error={problems.fromHour}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={draft.fromHour}
              onChange={({ target }) => onChange({ fromHour: target.value })}
            />
          )}
        </Field>
        <Field label={text.toHour}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={draft.toHour}
              onChange={({ target }) => onChange({ toHour: target.value })}
            />
          )}
        </Field>
        <ZoneField
          label={text.zone}
          value={draft.zone}
          error={problems.zone}
          onChange={(zone) => onChange({ zone })}
        />
      </div>
    </>
  )
}

export function OrderFields({ draft, onChange, problems }: PartProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label={text.priority} hint={text.priorityHint} error={problems.priority}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={draft.priority}
              onChange={({ target }) => onChange({ priority: target.value })}
            />
          )}
        </Field>
        <Field label={text.group} hint={text.groupHint} error={problems.group}>
          {(control) => (
            <Input
              {...control}
              value={draft.group}
              maxLength={128}
              onChange={({ target }) => onChange({ group: target.value })}
            />
          )}
        </Field>
        <Field label={text.mode}>
          {(control) => (
            <Select
              {...control}
              value={draft.mode}
              onChange={({ target }) => onChange({ mode: target.value as RuleDraft['mode'] })}
            >
              {MODES.map((mode) => (
                <option key={mode} value={mode}>
                  {text.modes[mode]}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Checkbox
        label={text.exclusiveLabel}
        checked={draft.exclusive}
        onChange={({ target }) => onChange({ exclusive: target.checked })}
      />
      <Switch
        label={text.active}
        note={text.activeNote}
        checked={draft.active}
        onChange={(active) => onChange({ active })}
      />
    </>
  )
}
