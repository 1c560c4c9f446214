import { Ellipsis, KeyRound, ListRestart, Pencil, Trash2, Unlink } from 'lucide-react'
import { useState } from 'react'

import type { DataSource } from '@/data/documents'
import { formatCount } from '@/data/format'
import type { SourceRef } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { ConfirmAction } from '@/features/sources/confirm-action'
import { DeleteDialog } from '@/features/sources/delete-dialog'
import { RenameDialog } from '@/features/sources/rename-dialog'
import { disconnectShop, renameShop, syncShop, useDiscounts } from '@/features/sources/shops/api'
import { isInTheShop } from '@/features/sources/shops/discount-states'
import { RotateDialog } from '@/features/sources/shops/rotate-dialog'
import { text } from '@/features/sources/shops/text'
import { Button } from '@/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'

type Asking = 'rename' | 'rotate' | 'disconnect' | 'delete' | null

interface ShopActionsProps {
  source: SourceRef
  shop: DataSource
  onDeleted: () => void
}

/** What can be done with a connected shop, besides syncing it. */
export function ShopActions({ source, shop, onDeleted }: ShopActionsProps) {
  const { mayChange, mayDelete } = useAccess(source.uid)
  const [asking, setAsking] = useState<Asking>(null)
  const name = shop.label || shop.shop || shop.kind
  const isBusy = shop.status === 'queued' || shop.status === 'running'
  const canSync = !isBusy && (shop.connection?.state ?? 'connected') === 'connected'
  const discounts = useDiscounts(source)
  if (!mayChange) return null
  const stay = discounts.state === 'ready' ? discounts.data.filter(isInTheShop).length : 0
  const staying = stay ? <p>{text.discounts.stay(formatCount(stay))}</p> : null
  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={text.more(name)}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => setAsking('rename')}>
          <Pencil aria-hidden /> {text.actions.rename}
        </MenuItem>
        {canSync ? (
          <MenuItem
            onSelect={() => void attempt(() => syncShop(source, { full: true }), text.sync.started)}
          >
            <ListRestart aria-hidden /> {text.actions.readAgain}
          </MenuItem>
        ) : null}
        {mayDelete ? (
          <>
            <MenuItem onSelect={() => setAsking('rotate')}>
              <KeyRound aria-hidden /> {text.actions.rotate}
            </MenuItem>
            <MenuSeparator />
            {shop.connection?.state === 'revoked' ? null : (
              <MenuItem onSelect={() => setAsking('disconnect')}>
                <Unlink aria-hidden /> {text.actions.disconnect}
              </MenuItem>
            )}
            <MenuItem danger onSelect={() => setAsking('delete')}>
              <Trash2 aria-hidden /> {text.actions.delete}
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <ConfirmAction
        open={asking === 'disconnect'}
        onOpenChange={(open) => setAsking(open ? 'disconnect' : null)}
        title={text.actions.disconnectTitle(name)}
        yes={text.actions.disconnect}
        no={text.actions.cancel}
        action={() => disconnectShop(source, false)}
        done={text.actions.disconnected}
      >
        <p>{text.actions.disconnectNote}</p>
        {staying}
      </ConfirmAction>
      <DeleteDialog
        source={source}
        name={name}
        open={asking === 'delete'}
        onOpenChange={(open) => setAsking(open ? 'delete' : null)}
        onDeleted={onDeleted}
      >
        <p>{text.actions.deleteNote}</p>
        {staying}
      </DeleteDialog>
      <RenameDialog
        name={name}
        open={asking === 'rename'}
        onOpenChange={(open) => setAsking(open ? 'rename' : null)}
        onRename={(label) => renameShop(source, label)}
      />
      {asking === 'rotate' ? (
        <RotateDialog source={source} name={name} onClose={() => setAsking(null)} />
      ) : null}
    </>
  )
}
