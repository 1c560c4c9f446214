/** For tests: be somebody of a role. The test file has to mock `@/features/accounts/access` with `spy: true`. */
import { vi } from 'vitest'

import type { Role } from '@/data/documents'
import { rightsOf, useAccess } from '@/features/accounts/access'

export function actAs(role: Role): void {
  vi.mocked(useAccess).mockReturnValue({ ...rightsOf(role), state: 'ready' })
}
