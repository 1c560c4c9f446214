/** A rule in a few words: who, what, when. */
import { formatCount, formatDate } from '@/data/format'
import type { Rule } from '@/data/prices'
import type { Audience } from '@/features/pricing/audience'
import { text as pricing } from '@/features/pricing/text'
import { text } from '@/features/pricing/rules/text'
import type { Choice } from '@/ui/pick-list'

function named(values: string[], choices: Choice[]): string[] {
  return values.map((value) => choices.find((choice) => choice.value === value)?.label ?? value)
}

export function whoText({ who }: Rule, audience: Audience): string {
  const all = [
    ...named(who.segments, audience.segments),
    ...named(who.archetypes, audience.archetypes),
    ...named(who.rfm_groups, audience.rfmGroups),
    ...(who.definition ? [text.definition] : []),
  ]
  return all.length ? all.join(', ') : pricing.everybody
}

export function scopeText({ scope }: Rule, products: Choice[]): string {
  if (scope.products.length > 3) return text.products(formatCount(scope.products.length))
  const all = [...named(scope.products, products), ...scope.categories]
  return all.length ? all.join(', ') : pricing.allProducts
}

export function whenText({ schedule }: Rule): string {
  const { starts, ends, weekdays, from_hour: from, to_hour: to } = schedule
  const parts = [
    starts && ends
      ? text.span(formatDate(starts), formatDate(ends))
      : starts
        ? text.from(formatDate(starts))
        : ends
          ? text.until(formatDate(ends))
          : '',
    weekdays.map((day) => text.days[day - 1]?.slice(0, 3)).join(', '),
    from != null || to != null ? text.hours(String(from ?? 0), String(to ?? 24)) : '',
  ].filter(Boolean)
  return parts.length ? parts.join('; ') : text.always
}
