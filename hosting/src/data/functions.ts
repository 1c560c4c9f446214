/** Callables, loaded when the first one is called. */
import { connectFunctionsEmulator, type Functions, getFunctions, httpsCallable } from 'firebase/functions'
import type * as z from 'zod'

import { startFirebase } from '@/data/auth'
import { loadConfig, region, splitHost } from '@/data/config'

let opening: Promise<Functions> | undefined

async function open(): Promise<Functions> {
  const [{ app }, config] = await Promise.all([startFirebase(), loadConfig()])
  const functions = getFunctions(app, region)
  if (config.emulators) connectFunctionsEmulator(functions, ...splitHost(config.emulators.functions))
  return functions
}

export async function callFunction<S extends z.ZodType>(
  name: string,
  request: Record<string, unknown>,
  reply: S,
): Promise<z.infer<S>> {
  opening ??= open()
  const call = httpsCallable(await opening, name, { timeout: 120_000 })
  const { data } = await call(request)
  return reply.parse(data)
}
