import * as z from 'zod/mini'

/** Whether this build talks to the local emulators. A production build has no way to them. */
export const onEmulators = import.meta.env.MODE === 'emulators'

const host = z.string().check(z.regex(/^[\w.-]+:\d{1,5}$/))

const emulatorsSchema = z.object({
  project_id: z.optional(z.string()),
  hosts: z.optional(
    z.object({
      auth: z.optional(host),
      firestore: z.optional(host),
      storage: z.optional(host),
      functions: z.optional(host),
    }),
  ),
  demo: z.optional(z.object({ email: z.string(), password: z.string() })),
})

const webSchema = z.looseObject({
  apiKey: z.string(),
  projectId: z.string(),
  authDomain: z.optional(z.string()),
  storageBucket: z.optional(z.string()),
  appId: z.optional(z.string()),
})

// What a deployment may set in hosting/.env.local; see docs/deploying.md.
declare global {
  interface ImportMetaEnv {
    readonly VITE_KINDRED_REGION?: string
    readonly VITE_APP_CHECK_KEY?: string
  }
}

/** Where the functions are: the same as `KINDRED_REGION` of functions/.env. */
export const region = import.meta.env.VITE_KINDRED_REGION || 'us-central1'

export type EmulatorHosts = Record<'auth' | 'firestore' | 'storage' | 'functions', string>

export interface Config {
  firebase: z.infer<typeof webSchema>
  emulators: EmulatorHosts | null
  demo: { email: string; password: string } | null
  /** The site key of reCAPTCHA Enterprise; null where App Check isn't used. */
  appCheckKey: string | null
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { cache: 'no-store' })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return response.json()
}

export function emulatorConfig(found: unknown, hostname: string): Config {
  const parsed = emulatorsSchema.safeParse(found)
  const given = parsed.success ? parsed.data : {}
  const project = given.project_id ?? 'demo-kindred'
  return {
    firebase: {
      apiKey: 'emulators-take-any-key',
      projectId: project,
      storageBucket: `${project}.appspot.com`,
    },
    emulators: {
      auth: given.hosts?.auth ?? `${hostname}:9099`,
      firestore: given.hosts?.firestore ?? `${hostname}:8080`,
      storage: given.hosts?.storage ?? `${hostname}:9199`,
      functions: given.hosts?.functions ?? `${hostname}:5001`,
    },
    demo: given.demo ?? null,
    appCheckKey: null,
  }
}

async function load(): Promise<Config> {
  if (onEmulators) {
    // Absent (the page itself is served instead) means the default ports.
    const found = await fetchJson('/emulators.json').catch(() => ({}))
    return emulatorConfig(found, window.location.hostname)
  }
  const firebase = webSchema.parse(await fetchJson('/__/firebase/init.json'))
  return { firebase, emulators: null, demo: null, appCheckKey: import.meta.env.VITE_APP_CHECK_KEY || null }
}

let loading: Promise<Config> | undefined

export function loadConfig(): Promise<Config> {
  loading ??= load()
  return loading
}

export function splitHost(address: string): [string, number] {
  const colon = address.lastIndexOf(':')
  return [address.slice(0, colon), Number(address.slice(colon + 1))]
}
