/** Signing in, up and out, and the links that e-mails carry. */
import {
  applyActionCode,
  browserSessionPersistence,
  confirmPasswordReset,
  createUserWithEmailAndPassword,
  indexedDBLocalPersistence,
  sendEmailVerification,
  sendPasswordResetEmail,
  setPersistence,
  signInWithEmailAndPassword,
  updateProfile,
  verifyPasswordResetCode,
} from 'firebase/auth'

import { refreshAccount, startFirebase } from '@/data/auth'
import { loadConfig, onEmulators } from '@/data/config'
import { saveProfile } from '@/features/accounts/api'

// A new tab looks here first. If it found the session elsewhere, it would move it, and this tab would
// be signed out.
const REMEMBERED = indexedDBLocalPersistence

export interface Credentials {
  email: string
  password: string
}

export async function signIn(
  { email, password }: Credentials,
  { remember }: { remember: boolean },
): Promise<void> {
  const { auth } = await startFirebase()
  await setPersistence(auth, remember ? REMEMBERED : browserSessionPersistence)
  await signInWithEmailAndPassword(auth, email, password)
  await refreshAccount() // whoever was here before may have had other roles
}

/** A failed sign-in in words that don't tell whether the account exists. */
export type SignInProblem = 'wrong' | 'tooMany' | 'other'

export function signInProblem(error: unknown): SignInProblem {
  const code = (error as { code?: unknown } | null)?.code
  const wrong = [
    'auth/invalid-credential',
    'auth/user-not-found',
    'auth/wrong-password',
    'auth/user-disabled',
    'auth/invalid-login-credentials',
  ]
  if (typeof code === 'string' && wrong.includes(code)) return 'wrong'
  return code === 'auth/too-many-requests' ? 'tooMany' : 'other'
}

export interface NewAccount extends Credentials {
  businessName: string
  userName: string
}

export async function signUp(account: NewAccount): Promise<void> {
  const { auth } = await startFirebase()
  await setPersistence(auth, REMEMBERED)
  const { user } = await createUserWithEmailAndPassword(auth, account.email, account.password)
  await Promise.all([
    updateProfile(user, { displayName: account.userName }),
    saveProfile(user.uid, {
      business_name: account.businessName,
      display_name: account.userName,
      settings: { terms_accepted_at: new Date().toISOString() },
    }),
    sendEmailVerification(user),
  ])
  await refreshAccount()
}

export async function sendVerification(): Promise<void> {
  const { auth } = await startFirebase()
  if (auth.currentUser) await sendEmailVerification(auth.currentUser)
}

/** Ask for a reset link; succeeds in the same way whether or not the account exists. */
export async function sendReset(email: string): Promise<void> {
  const { auth } = await startFirebase()
  try {
    await sendPasswordResetEmail(auth, email)
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'auth/user-not-found') throw error
  }
}

export async function confirmEmail(code: string): Promise<void> {
  const { auth } = await startFirebase()
  await applyActionCode(auth, code)
  await refreshAccount()
}

/** The e-mail a reset link is for; fails when the link was used or is too old. */
export async function readResetCode(code: string): Promise<string> {
  const { auth } = await startFirebase()
  return verifyPasswordResetCode(auth, code)
}

export async function setNewPassword(code: string, password: string): Promise<void> {
  const { auth } = await startFirebase()
  await confirmPasswordReset(auth, code, password)
}

export type LinkKind = 'VERIFY_EMAIL' | 'PASSWORD_RESET'

/** The code of the latest link the auth emulator 'mailed' to an address, or null. */
export async function findMailedCode(email: string, kind: LinkKind): Promise<string | null> {
  const { emulators, firebase } = await loadConfig()
  if (!onEmulators || !emulators) return null
  const url = `http://${emulators.auth}/emulator/v1/projects/${firebase.projectId}/oobCodes`
  const reply = (await (await fetch(url)).json()) as {
    oobCodes?: { email: string; requestType: string; oobCode: string }[]
  }
  const own = (reply.oobCodes ?? []).filter(
    (found) => found.email === email.toLowerCase() && found.requestType === kind,
  )
  return own.at(-1)?.oobCode ?? null
}
