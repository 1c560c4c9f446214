/** Servers of a merchant that are told of events, which only our servers store. */
import { useQuery } from '@tanstack/react-query'
import * as z from 'zod'

const word = z.string().max(20_000)

const webhookSchema = z.looseObject({
  webhook_id: word,
  url: word,
  events: z.array(word),
  state: word,
  reason: word.nullish(),
  failing_since: word.nullish(),
  rotating_until: word.nullish(),
})
export type Webhook = z.infer<typeof webhookSchema>

const deliverySchema = z.looseObject({
  delivery_id: word,
  event: word,
  state: word,
  attempts: z.number(),
  status: z.number().nullish(),
  error: word.nullish(),
  next_try: word.nullish(),
  created_at: word.nullish(),
  body: word,
})
export type Delivery = z.infer<typeof deliverySchema>

const listReply = z.looseObject({
  webhooks: z.array(webhookSchema),
  deliveries: z.array(deliverySchema).optional(),
})

export const EVENTS = ['price.changed'] as const

async function call<S extends z.ZodType>(
  name: string,
  request: Record<string, unknown>,
  reply: S,
): Promise<z.infer<S>> {
  const { callFunction } = await import('@/data/functions')
  return callFunction(name, request, reply)
}

export function useWebhooks(owner: string) {
  return useQuery({
    queryKey: ['webhooks', owner],
    queryFn: async () => (await call('list_webhooks', { owner_uid: owner }, listReply)).webhooks,
    staleTime: 0,
    retry: 1,
  })
}

/** The newest deliveries to one server; nothing is asked for unless `shown`. */
export function useDeliveries(owner: string, webhookId: string, shown: boolean) {
  return useQuery({
    queryKey: ['deliveries', owner, webhookId],
    enabled: shown,
    queryFn: async () => {
      const request = { owner_uid: owner, webhook_id: webhookId }
      return (await call('list_webhooks', request, listReply)).deliveries ?? []
    },
    staleTime: 0,
    retry: 1,
  })
}

export interface WantedWebhook {
  url: string
  events: string[]
  active: boolean
  /** None: a new one. */
  webhook_id?: string
}

/** What the messages to a new one are signed with, which nobody is told again; null for a known one. */
export async function saveWebhook(owner: string, wanted: WantedWebhook): Promise<string | null> {
  const reply = z.looseObject({ secret: word.nullish() })
  return (await call('save_webhook', { owner_uid: owner, ...wanted }, reply)).secret ?? null
}

export async function rotateSecret(owner: string, webhookId: string): Promise<string> {
  const request = { owner_uid: owner, webhook_id: webhookId }
  return (await call('rotate_webhook_secret', request, z.looseObject({ secret: word }))).secret
}

export async function testWebhook(owner: string, webhookId: string): Promise<void> {
  await call('test_webhook', { owner_uid: owner, webhook_id: webhookId }, z.unknown())
}

export async function deleteWebhook(owner: string, webhookId: string): Promise<void> {
  await call('delete_webhook', { owner_uid: owner, webhook_id: webhookId }, z.unknown())
}

export async function replayDelivery(owner: string, webhookId: string, deliveryId: string): Promise<void> {
  const request = { owner_uid: owner, webhook_id: webhookId, delivery_id: deliveryId }
  await call('replay_webhook', request, z.unknown())
}
