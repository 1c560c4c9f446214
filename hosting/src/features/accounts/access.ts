/** Who the signed-in user is to a merchant. The rules decide; this only mirrors them. */
import { useAccount } from '@/data/auth'
import { memberSchema, type Role } from '@/data/documents'
import { useLiveDocument } from '@/data/live'
import { paths } from '@/data/paths'

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
  const path = account && !own ? paths.member(owner, account.uid) : null
  const member = useLiveDocument(path, memberSchema)
  const role: Role | null = own ? 'owner' : member.state === 'ready' ? member.data.role : null
  return {
    role,
    state: role ? 'ready' : member.state === 'loading' ? 'loading' : 'denied',
    mayChange: role === 'owner' || role === 'admin' || role === 'analyst',
    mayDelete: role === 'owner' || role === 'admin',
    mayManageTeam: role === 'owner' || role === 'admin',
  }
}
