/** Who the signed-in user is to a merchant. The rules decide; this only mirrors them. */
import { useAccount } from '@/data/auth'
import type { Role } from '@/data/documents'
import { useMember } from '@/features/accounts/api'

export interface Access {
  role: Role | null
  state: 'loading' | 'ready' | 'denied'
  mayChange: boolean
  mayDelete: boolean
  mayManageTeam: boolean
}

export function useAccess(owner: string): Access {
  const account = useAccount()
  const own = account?.uid === owner
  const member = useMember(owner, account && !own ? account.uid : null)
  const role: Role | null = own ? 'owner' : member.state === 'ready' ? member.data.role : null
  return {
    role,
    state: role ? 'ready' : member.state === 'loading' ? 'loading' : 'denied',
    mayChange: role === 'owner' || role === 'admin' || role === 'analyst',
    mayDelete: role === 'owner' || role === 'admin',
    mayManageTeam: role === 'owner' || role === 'admin',
  }
}
