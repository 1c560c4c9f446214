import type { ReactNode } from 'react'

import type { Product } from '@/data/prices'
import { categoriesOf, choicesOf, useAudience } from '@/features/pricing/audience'
import { EffectFields } from '@/features/pricing/rules/effect-fields'
import type { PartProps, RuleDraft } from '@/features/pricing/rules/rule-draft'
import { OrderFields, ScheduleFields } from '@/features/pricing/rules/schedule-fields'
import { text } from '@/features/pricing/rules/text'
import { text as prices } from '@/features/pricing/text'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Field, Input, Select } from '@/ui/field'
import { PickList } from '@/ui/pick-list'
import { Note } from '@/ui/states'

interface RuleFieldsetsProps extends PartProps {
  products: Product[]
  currency: string
  premiums: boolean
}

export function RuleFieldsets({ products, currency, premiums, ...part }: RuleFieldsetsProps) {
  const { draft, onChange, problems } = part
  return (
    <>
      <Part title={text.what}>
        <Field label={text.name} error={problems.name}>
          {(control) => (
            <Input
              {...control}
              value={draft.name}
              maxLength={200}
              placeholder={text.namePlaceholder}
              onChange={({ target }) => onChange({ name: target.value })}
            />
          )}
        </Field>
        <ScopeFields products={products} {...part} />
      </Part>
      <Part title={text.who} note={text.whoNote}>
        <WhoFields {...part} />
      </Part>
      <Part title={text.effect}>
        <EffectFields currency={currency} premiums={premiums} {...part} />
      </Part>
      <Part title={text.when}>
        <ScheduleFields {...part} />
      </Part>
      <Part title={text.order}>
        <OrderFields {...part} />
      </Part>
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

function ScopeFields({ draft, onChange, problems, products }: PartProps & { products: Product[] }) {
  return (
    <>
      <Field label={text.scope} error={problems.products ?? problems.categories}>
        {(control) => (
          <Select
            {...control}
            value={draft.scope}
            onChange={({ target }) => onChange({ scope: target.value as RuleDraft['scope'] })}
          >
            {Object.entries(text.scopes).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {draft.scope === 'products' ? (
        <PickList
          label={text.scopes.products}
          choices={choicesOf(products)}
          chosen={draft.products}
          onChange={(chosen) => onChange({ products: chosen })}
          none={text.noProducts}
          search={prices.search}
        />
      ) : null}
      {draft.scope === 'categories' ? (
        <PickList
          label={text.categories}
          choices={categoriesOf(products)}
          chosen={draft.categories}
          onChange={(categories) => onChange({ categories })}
          none={text.noCategories}
        />
      ) : null}
    </>
  )
}

function WhoFields({ draft, onChange }: PartProps) {
  const audience = useAudience()
  const none = audience.state === 'loading' ? text.loadingGroups : text.noGroups
  return (
    <>
      <PickList
        label={text.archetypes}
        hint={text.archetypesHint}
        choices={audience.archetypes}
        chosen={draft.archetypes}
        onChange={(archetypes) => onChange({ archetypes })}
        none={none}
      />
      <PickList
        label={text.segments}
        choices={audience.segments}
        chosen={draft.segments}
        onChange={(segments) => onChange({ segments })}
        none={none}
      />
      <PickList
        label={text.rfmGroups}
        choices={audience.rfmGroups}
        chosen={draft.rfmGroups}
        onChange={(rfmGroups) => onChange({ rfmGroups })}
        none={none}
      />
      {draft.definition ? <Note>{text.keepsDefinition}</Note> : null}
    </>
  )
}
