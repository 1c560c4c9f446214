import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const checked = vi.hoisted(() => vi.fn())
const signedIn = vi.hoisted(() => ({ user: null as unknown }))
vi.mock('firebase/app-check', () => ({
  initializeAppCheck: checked,
  ReCaptchaEnterpriseProvider: class {
    constructor(readonly key: string) {}
  },
}))
vi.mock('firebase/app', () => ({ initializeApp: () => 'the app' }))
vi.mock('firebase/auth', () => ({
  browserSessionPersistence: {},
  indexedDBLocalPersistence: {},
  initializeAuth: () => ({ authStateReady: async () => undefined, currentUser: signedIn.user }),
  onIdTokenChanged: () => undefined,
}))

beforeEach(() => {
  vi.resetModules()
  vi.stubGlobal('fetch', async () => Response.json({ apiKey: 'key', projectId: 'a-shop' }))
})
afterEach(() => vi.unstubAllEnvs())

it('asks for App Check tokens where the deployment has a key', async () => {
  vi.stubEnv('VITE_APP_CHECK_KEY', 'site-key')
  const { startFirebase } = await import('@/data/auth')
  await startFirebase()
  expect(checked).toHaveBeenCalledWith('the app', {
    provider: { key: 'site-key' },
    isTokenAutoRefreshEnabled: true,
  })
})

it('doesn’t load App Check without a key', async () => {
  checked.mockClear()
  const { startFirebase } = await import('@/data/auth')
  await startFirebase()
  expect(checked).not.toHaveBeenCalled()
})

it('calls functions in the region of the deployment', async () => {
  vi.stubEnv('VITE_KINDRED_REGION', 'asia-south1')
  expect((await import('@/data/config')).region).toBe('asia-south1')
  vi.unstubAllEnvs()
  vi.resetModules()
  expect((await import('@/data/config')).region).toBe('us-central1')
})

it.each([
  { claims: {}, renewed: true },
  { claims: { email_verified: false }, renewed: true },
  { claims: { email_verified: true }, renewed: false },
])('renews a token from before the address was verified: $claims', async ({ claims, renewed }) => {
  const getIdToken = vi.fn()
  signedIn.user = {
    uid: 'me',
    emailVerified: true,
    metadata: {},
    getIdTokenResult: async () => ({ claims }),
    getIdToken,
  }
  const { currentAccount } = await import('@/data/auth')
  expect((await currentAccount())?.emailVerified).toBe(true)
  expect(getIdToken.mock.calls).toEqual(renewed ? [[true]] : [])
})

it('starts offline too', async () => {
  const offline = async (): Promise<never> => {
    throw new Error('offline')
  }
  signedIn.user = { uid: 'me', emailVerified: true, metadata: {}, getIdTokenResult: offline }
  const { currentAccount } = await import('@/data/auth')
  expect((await currentAccount())?.uid).toBe('me')
})
