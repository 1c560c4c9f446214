/** Reads and changes what prices follow from, and asks what somebody would pay. */
import * as z from 'zod'

import { type Live, useLiveDocument, useLiveOfSource } from '@/data/live'
import { paths, type SourceRef } from '@/data/paths'
import {
  type PricingSettings,
  type Product,
  productSchema,
  quoteSchema,
  type Rule,
  ruleSchema,
  settingsSchema,
} from '@/data/prices'

export type { Live }

const MOST_RULES = 200
export const MOST_PRODUCTS = 200

export function useRules(source: SourceRef): Live<Rule[]> {
  return useLiveOfSource(paths.pricingRules(source.uid), source, ruleSchema, MOST_RULES)
}

export function useProducts(source: SourceRef, most = MOST_PRODUCTS): Live<Product[]> {
  return useLiveOfSource(paths.products(source.uid), source, productSchema, most)
}

/** A merchant's limits and switches; what nobody has set is as the server takes it. */
export function usePricingSettings(owner: string): Live<PricingSettings> {
  const found = useLiveDocument(paths.pricingSettings(owner), settingsSchema)
  return found.state === 'missing' ? { state: 'ready', data: DEFAULTS } : found
}

const DEFAULTS = settingsSchema.parse({})

/** A document of `users/{owner}/pricing_rules`, whole, without its id. */
export type RuleFields = Omit<Rule, 'id'>

export async function saveRule(owner: string, id: string | null, rule: RuleFields): Promise<string> {
  const { createDocument, newDocumentId } = await import('@/data/firestore')
  const given = id ?? (await newDocumentId(paths.pricingRules(owner)))
  await createDocument(paths.pricingRule(owner, given), rule)
  return given
}

export async function setRuleActive(owner: string, id: string, active: boolean): Promise<void> {
  const { changeDocument } = await import('@/data/firestore')
  await changeDocument(paths.pricingRule(owner, id), { active })
}

export async function removeRule(owner: string, id: string): Promise<void> {
  const { removeDocument } = await import('@/data/firestore')
  await removeDocument(paths.pricingRule(owner, id))
}

/** Set the given limits and switches; the others stay. */
export async function saveSettings(owner: string, fields: Partial<PricingSettings>): Promise<void> {
  const { mergeDocument } = await import('@/data/firestore')
  await mergeDocument(paths.pricingSettings(owner), fields)
}

async function call<S extends z.ZodType>(
  name: string,
  request: Record<string, unknown>,
  reply: S,
): Promise<z.infer<S>> {
  const { callFunction } = await import('@/data/functions')
  return callFunction(name, request, reply)
}

const importReply = z.looseObject({
  created: z.number(),
  updated: z.number(),
  kept: z.number(),
  errors: z.array(z.looseObject({ line: z.number(), message: z.string() })).catch([]),
  rejected: z.number().catch(0),
})
export type Imported = z.infer<typeof importReply>

export interface ImportRequest {
  /** The text of a file; none: the source's own order lines. */
  csv?: string
  currency?: string
  tax_included?: boolean
  /** Also replace what was edited since. */
  overwrite?: boolean
}

/** Make products of a file or of what a source's order lines name; what became of each. */
export async function importProducts(
  source: SourceRef,
  request: ImportRequest = {},
): Promise<Imported> {
  return call('import_products', { source, ...request }, importReply)
}

export interface PreviewRequest {
  source: SourceRef
  productId: string
  /** A rule that isn't stored, in place of the stored one of its id, if any. */
  rule: RuleFields | null
  ruleId: string | null
  /** Limits that aren't stored. */
  settings: PricingSettings | null
}

const previewReply = z.looseObject({
  quotes: z.array(quoteSchema),
  problems: z.array(z.looseObject({ document: z.string(), message: z.string() })).catch([]),
})
export type Preview = z.infer<typeof previewReply>

/** What a few real customers would pay. Nothing is stored. */
export async function previewPrices(request: PreviewRequest): Promise<Preview> {
  const { source, productId, rule, ruleId, settings } = request
  return call(
    'preview_prices',
    {
      source,
      product_id: productId,
      ...(rule ? { rules: { [ruleId ?? 'draft']: rule } } : {}),
      ...(settings ? { settings } : {}),
    },
    previewReply,
  )
}

/** Whether a customer is to see public prices only. */
export async function optOut(
  source: SourceRef,
  customerId: string,
  optedOut: boolean,
): Promise<void> {
  const request = { source, customer_id: customerId, opted_out: optedOut }
  await call('opt_out_customer', request, z.unknown())
}
