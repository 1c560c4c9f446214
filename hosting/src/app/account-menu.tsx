import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { LogOut } from 'lucide-react'

import { text } from '@/app/text'
import { signOutHere, useAccount } from '@/data/auth'
import { useMemberships, useProfile } from '@/features/accounts/api'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '@/ui/menu'

/** Whose data is looked at, the other businesses that somebody works for, and the way out. */
export function AccountMenu({ owner }: { owner: string }) {
  const account = useAccount()
  const client = useQueryClient()
  const navigate = useNavigate()
  const profile = useProfile(owner)
  const memberships = useMemberships(account?.uid ?? null)
  const business = (profile.state === 'ready' && profile.data.business_name) || text.yourBusiness
  const others = memberships.state === 'ready' ? memberships.data : []

  const leave = async (): Promise<void> => {
    await signOutHere()
    client.clear()
    await navigate({ to: '/sign-in', search: {} })
  }

  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-lg p-1.5 text-left hover:bg-sunken"
        >
          <span
            aria-hidden
            className="grid size-8 shrink-0 place-items-center rounded-full bg-primary-soft text-sm font-semibold text-primary-ink uppercase"
          >
            {business.slice(0, 1)}
          </span>
          <span className="min-w-0">
            <span className="block truncate text-sm font-medium">{business}</span>
            <span className="block truncate text-xs text-ink-soft">{account?.email}</span>
          </span>
        </button>
      }
    >
      {others.length && account ? (
        <>
          <MenuLabel>{text.merchant}</MenuLabel>
          <MenuItem onSelect={() => void navigate({ to: '/m/$owner', params: { owner: account.uid } })}>
            {text.yourBusiness}
          </MenuItem>
          {others.map((membership) => (
            <MenuItem
              key={membership.id}
              onSelect={() => void navigate({ to: '/m/$owner', params: { owner: membership.id } })}
            >
              <MerchantName owner={membership.id} />
            </MenuItem>
          ))}
          <MenuSeparator />
        </>
      ) : null}
      <MenuItem onSelect={() => void leave()}>
        <LogOut aria-hidden /> {text.signOut}
      </MenuItem>
    </Menu>
  )
}

function MerchantName({ owner }: { owner: string }) {
  const profile = useProfile(owner)
  return <>{(profile.state === 'ready' && profile.data.business_name) || text.otherBusiness}</>
}
