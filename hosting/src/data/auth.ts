/** Who is signed in. Everything here is in the first load; Firestore and Storage are not. */
import { type FirebaseApp, initializeApp } from 'firebase/app'
import {
  type Auth,
  browserSessionPersistence,
  connectAuthEmulator,
  indexedDBLocalPersistence,
  initializeAuth,
  onIdTokenChanged,
  type User,
} from 'firebase/auth'
import { useSyncExternalStore } from 'react'

import { loadConfig } from '@/data/config'

export interface Account {
  uid: string
  email: string
  emailVerified: boolean
  displayName: string
  signedInAt: number
}

interface Started {
  app: FirebaseApp
  auth: Auth
}

let starting: Promise<Started> | undefined
let account: Account | null = null
const listeners = new Set<() => void>()

function toAccount(user: User): Account {
  return {
    uid: user.uid,
    email: user.email ?? '',
    emailVerified: user.emailVerified,
    displayName: user.displayName ?? '',
    signedInAt: Date.parse(user.metadata.lastSignInTime ?? '') || Date.now(),
  }
}

function publish(user: User | null): void {
  account = user ? toAccount(user) : null
  for (const listener of listeners) listener()
}

async function start(): Promise<Started> {
  const config = await loadConfig()
  const app = initializeApp(config.firebase)
  if (config.appCheckKey) {
    // Before any other service is opened, so that every call carries a token.
    const { initializeAppCheck, ReCaptchaEnterpriseProvider } = await import('firebase/app-check')
    const provider = new ReCaptchaEnterpriseProvider(config.appCheckKey)
    initializeAppCheck(app, { provider, isTokenAutoRefreshEnabled: true })
  }
  const auth = initializeAuth(app, {
    persistence: [indexedDBLocalPersistence, browserSessionPersistence],
  })
  if (config.emulators) {
    connectAuthEmulator(auth, `http://${config.emulators.auth}`, { disableWarnings: true })
  }
  onIdTokenChanged(auth, publish)
  await auth.authStateReady()
  await renewTokenOnceVerified(auth.currentUser)
  publish(auth.currentUser)
  return { app, auth }
}

/** A token from before the address was verified, elsewhere, opens nothing for up to an hour. */
async function renewTokenOnceVerified(user: User | null): Promise<void> {
  if (!user?.emailVerified) return
  try {
    const { claims } = await user.getIdTokenResult()
    if (!claims['email_verified']) await user.getIdToken(true)
  } catch {
    // Offline: whatever is asked for next says so.
  }
}

/** Firebase, with the signed-in user restored. */
export function startFirebase(): Promise<Started> {
  starting ??= start()
  return starting
}

/** The account as of now; resolved once the session of an earlier visit is restored. */
export async function currentAccount(): Promise<Account | null> {
  await startFirebase()
  return account
}

/** Fetch the user again (an e-mail was verified, a role was granted). */
export async function refreshAccount(): Promise<Account | null> {
  const { auth } = await startFirebase()
  if (auth.currentUser) {
    await auth.currentUser.reload()
    await auth.currentUser.getIdToken(true)
    publish(auth.currentUser)
  }
  return account
}

export function useAccount(): Account | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => account,
  )
}

export async function signOutHere(): Promise<void> {
  const { auth } = await startFirebase()
  await auth.signOut()
}
