import type { ReactNode } from 'react'

import { formatDateTime } from '@/data/format'
import type { PricingSettings } from '@/data/prices'
import { EU, places, placeName, premiumPlaces, table, UNKNOWN, whoBlocksRaises } from '@/features/pricing/limits/law'
import { LawTable } from '@/features/pricing/limits/law-table'
import type { NumberField, Problems, SettingsDraft } from '@/features/pricing/limits/settings-draft'
import { text } from '@/features/pricing/limits/text'
import { ZoneField } from '@/features/pricing/zone-field'
import { Card, CardBody, CardHead } from '@/ui/card'
import { classes } from '@/ui/classes'
import { Checkbox, Field, Input, Select } from '@/ui/field'
import { Note } from '@/ui/states'
import { Switch } from '@/ui/switch'

interface PartProps {
  draft: SettingsDraft
  onChange: (change: Partial<SettingsDraft>) => void
  problems: Problems
}

interface LimitFieldsetsProps extends PartProps {
  stored: PricingSettings
  now: Date
  /** The name of who is signed in, or the address. */
  signer: string
}

export function LimitFieldsets({ stored, now, signer, ...part }: LimitFieldsetsProps) {
  const day = now.toISOString().slice(0, 10)
  return (
    <>
      <Part title={text.limits} note={text.limitsNote}>
        <NumberFields
          {...part}
          fields={[
            ['floor', text.floor, text.floorHint],
            ['margin', text.margin, text.marginHint],
            ['ceiling', text.ceiling, text.ceilingHint],
            ['step', text.step, text.stepHint],
            ['cooldown', text.cooldown, text.cooldownHint],
            ['perDay', text.perDay, text.perDayHint],
            ['valid', text.valid, text.validHint],
            ['costDays', text.costDays, text.costDaysHint],
            ['keepDays', text.keepDays, text.keepDaysHint],
          ]}
        />
        <ZoneField
          label={text.zone}
          value={part.draft.zone}
          error={part.problems.zone}
          onChange={(zone) => part.onChange({ zone })}
        />
      </Part>
      <LawPart {...part} day={day} />
      <PremiumPart {...part} stored={stored} day={day} signer={signer} />
      <EvidencePart {...part} />
      <EverybodyPart {...part} />
    </>
  )
}

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <Card>
      <CardHead title={title} note={note} />
      <CardBody className="space-y-4 pt-3">{children}</CardBody>
    </Card>
  )
}

function NumberFields({
  draft,
  onChange,
  problems,
  fields,
  pairs,
}: PartProps & { fields: [NumberField, string, string?][]; pairs?: boolean }) {
  return (
    <div className={classes('grid items-start gap-4 sm:grid-cols-2', !pairs && 'lg:grid-cols-3')}>
      {fields.map(([field, label, hint]) => (
        <Field key={field} label={label} hint={hint} error={problems[field]}>
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              autoComplete="off"
              value={draft[field]}
              onChange={({ target }) => onChange({ [field]: target.value })}
            />
          )}
        </Field>
      ))}
    </div>
  )
}

function LawPart({ draft, onChange, day }: PartProps & { day: string }) {
  const offered = places()
  const place = draft.jurisdiction || null
  return (
    <Part title={text.law} note={text.lawNote(table.version)}>
      <Field label={text.place}>
        {(control) => (
          <Select
            {...control}
            value={draft.jurisdiction}
            onChange={({ target }) => onChange({ jurisdiction: target.value })}
          >
            <option value="">{text.unknown}</option>
            {place && !offered.includes(place) ? <option value={place}>{placeName(place)}</option> : null}
            {offered.map((one) => (
              <option key={one} value={one}>
                {placeName(one)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div>
        <Checkbox
          label={text.food}
          checked={draft.sellsFood}
          onChange={({ target }) => onChange({ sellsFood: target.checked })}
        />
        <p className="mt-0.5 ml-6.5 text-xs text-ink-soft">{text.foodNote}</p>
      </div>
      <LawTable place={place} day={day} />
    </Part>
  )
}

/** What is filled in when premiums are switched on: who does it, and where the business is. */
function switchedOn(draft: SettingsDraft, signer: string): Partial<SettingsDraft> {
  const own = draft.jurisdiction ? [draft.jurisdiction] : []
  return {
    premiums: true,
    by: draft.by || signer,
    premiumPlaces: draft.premiumPlaces.length ? draft.premiumPlaces : own,
  }
}

function PremiumPlaces({ draft, onChange, day }: Omit<PartProps, 'problems'> & { day: string }) {
  const own = draft.jurisdiction ? [draft.jurisdiction] : []
  const chosen = draft.premiumPlaces
  return (
    <fieldset className="space-y-3">
      <legend className="font-medium">{text.where}</legend>
      <p className="text-[13px] text-ink-soft">{text.whereNote}</p>
      {premiumPlaces([...own, ...chosen]).map((place) => {
        const blocked = whoBlocksRaises(place, draft.sellsFood, day)
        const on = chosen.includes(place)
        return (
          <Switch
            key={place}
            label={place === EU ? text.otherMembers : placeName(place)}
            note={
              blocked ? (blocked === UNKNOWN ? text.notAllowedUnknown : text.notAllowedThere) : text.allowedThere
            }
            checked={on}
            disabled={blocked !== null && !on}
            onChange={(wanted) =>
              onChange({ premiumPlaces: wanted ? [...chosen, place] : chosen.filter((one) => one !== place) })
            }
          />
        )
      })}
      {chosen.length ? null : (
        <Note tone="pricing" role="status">
          {text.nowhere}
        </Note>
      )}
    </fieldset>
  )
}

function PremiumPart({
  draft,
  onChange,
  problems,
  stored,
  day,
  signer,
}: PartProps & { stored: PricingSettings; day: string; signer: string }) {
  const blocked = whoBlocksRaises(draft.jurisdiction || null, draft.sellsFood, day)
  const { enabled, by, at } = stored.premiums
  return (
    <Part title={text.premiums} note={text.premiumsNote}>
      <Switch
        label={text.allow}
        checked={draft.premiums}
        onChange={(premiums) => onChange(premiums ? switchedOn(draft, signer) : { premiums })}
      />
      {draft.premiums ? (
        <Field label={text.by} hint={text.byHint} error={problems.by}>
          {(control) => (
            <Input
              {...control}
              value={draft.by}
              maxLength={200}
              autoComplete="name"
              onChange={({ target }) => onChange({ by: target.value })}
            />
          )}
        </Field>
      ) : null}
      {enabled && by && at ? (
        <p className="text-[13px] text-ink-soft">{text.since(by, formatDateTime(at))}</p>
      ) : null}
      {draft.premiums ? <PremiumPlaces draft={draft} onChange={onChange} day={day} /> : null}
      {draft.premiums && blocked ? (
        <Note tone="bad" role="status">
          {blocked === UNKNOWN ? text.blockedUnknown : text.blockedBy(placeName(blocked))}
        </Note>
      ) : null}
      {draft.premiums && !blocked && Number(draft.ceiling) <= 100 ? (
        <Note tone="pricing" role="status">
          {text.blockedCeiling}
        </Note>
      ) : null}
    </Part>
  )
}

function EvidencePart({ draft, onChange }: PartProps) {
  return (
    <Part title={text.evidence} note={text.evidenceNote}>
      <Switch
        label={text.purchases}
        note={text.purchasesNote}
        checked={draft.purchases}
        onChange={(purchases) => onChange({ purchases })}
      />
      <Switch
        label={text.emotions}
        note={text.emotionsNote}
        checked={draft.emotions}
        onChange={(emotions) => onChange({ emotions })}
      />
      <Switch
        label={text.consent}
        note={text.consentNote}
        checked={draft.needsConsent}
        onChange={(needsConsent) => onChange({ needsConsent })}
      />
    </Part>
  )
}

function EverybodyPart(part: PartProps) {
  const { draft, onChange } = part
  return (
    <Part title={text.everybody} note={text.everybodyNote}>
      <NumberFields
        {...part}
        pairs
        fields={[
          ['lowAt', text.lowAt, text.lowAtHint],
          ['raise', text.raise],
          ['highAt', text.highAt, text.highAtHint],
          ['discount', text.discount],
        ]}
      />
      <Switch
        label={text.match}
        note={text.matchNote}
        checked={draft.match}
        onChange={(match) => onChange({ match })}
      />
      <NumberFields
        {...part}
        pairs
        fields={[
          ['most', text.most],
          ['fresh', text.fresh],
        ]}
      />
    </Part>
  )
}
