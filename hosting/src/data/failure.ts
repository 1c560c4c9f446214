/** What went wrong, in words that tell a merchant what to do. */

export interface Failure {
  code: string
  message: string
  hint: string
  denied: boolean
  offline: boolean
}

const OFFLINE = 'You seem to be offline. This is tried again when the connection is back.'
const DENIED = 'You may not see or do this.'
const UNKNOWN = 'That did not work. Try again in a minute.'

interface Details {
  code?: unknown
  hint?: unknown
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Read Firebase's errors (`firestore/…`, `functions/…`, `storage/…`, `auth/…`) and any other. */
export function whatFailed(error: unknown): Failure {
  const raised = error as { code?: unknown; message?: unknown; details?: Details } | null
  const full = text(raised?.code)
  const kind = full.split('/').pop() ?? ''
  const details = raised?.details
  const denied = kind === 'permission-denied' || kind === 'unauthorized'
  const offline =
    kind === 'unavailable' || kind === 'network-request-failed' || kind === 'retry-limit-exceeded'
  const own = text(details?.code) !== '' || full.startsWith('functions/')
  const message = own && !['internal', 'unauthenticated'].includes(kind) ? text(raised?.message) : ''
  return {
    code: text(details?.code) || kind || 'unknown',
    message: message || (denied ? DENIED : offline ? OFFLINE : text(raised?.message) || UNKNOWN),
    hint: text(details?.hint),
    denied,
    offline,
  }
}
