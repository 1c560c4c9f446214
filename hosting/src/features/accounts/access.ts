/** Who the signed-in user is to a merchant. The rules decide; this only mirrors them. */
import { useAccount } from '@/data/auth'
import type { Role } from '@/data/documents'
import { useMember } from '@/features/accounts/api'

export interface Rights {
  role: Role | null
  mayChange: boolean
  mayDelete: boolean
  mayManageTeam: boolean
}

export interface Access extends Rights {
  state: 'loading' | 'ready' | 'denied'
}

/** What a role may do. */
export function rightsOf(role: Role | null): Rights {
  const manages = role === 'owner' || role === 'admin'
  return {
    role,
    mayChange: manages || role === 'analyst',
    mayDelete: manages,
    mayManageTeam: manages,
  }
}

export function useAccess(owner: string): Access {
  const account = useAccount()
  const own = account?.uid === owner
  const member = useMember(owner, account && !own ? account.uid : null)
  const role: Role | null = own ? 'owner' : member.state === 'ready' ? member.data.role : null
  return { ...rightsOf(role), state: role ? 'ready' : member.state === 'loading' ? 'loading' : 'denied' }
}
