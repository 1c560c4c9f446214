import { Power } from 'lucide-react'
import { useState } from 'react'

import type { PricingSettings } from '@/data/prices'
import { useAccess } from '@/features/accounts/access'
import { attempt } from '@/features/accounts/attempt'
import { saveSettings } from '@/features/pricing/api'
import { text } from '@/features/pricing/text'
import { usePlace } from '@/features/sources/place'
import { Button } from '@/ui/button'
import { Confirm } from '@/ui/dialog'
import { Switch } from '@/ui/switch'

/** One press and a yes: everybody pays public prices, in everything of the merchant. */
export function KillSwitch({ owner, settings }: { owner: string; settings: PricingSettings }) {
  const { mayDelete: manages } = useAccess(owner)
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const { kill } = settings
  const turn = async (): Promise<void> => {
    setBusy(true)
    await attempt(() => saveSettings(owner, { kill: !kill }), kill ? text.kill.started : text.kill.stopped)
    setBusy(false)
    setAsking(false)
  }
  return (
    <>
      <Button
        look={kill ? 'primary' : 'danger'}
        disabled={!manages}
        title={manages ? undefined : text.kill.onlyAdmins}
        onClick={() => setAsking(true)}
      >
        <Power aria-hidden /> {kill ? text.kill.start : text.kill.stop}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={kill ? text.kill.startTitle : text.kill.stopTitle}
        cancelLabel={text.cancel}
        confirm={
          <Button look={kill ? 'primary' : 'danger'} busy={busy} onClick={() => void turn()}>
            {kill ? text.kill.start : text.kill.stop}
          </Button>
        }
      >
        <p>{kill ? text.kill.startNote : text.kill.stopNote}</p>
      </Confirm>
    </>
  )
}

/** The same for the source that is looked at alone. */
export function SourceSwitch({ settings }: { settings: PricingSettings }) {
  const { source } = usePlace()
  const { uid: owner, kind, id } = source.ref
  const { mayDelete: manages } = useAccess(owner)
  const others = settings.killed_sources.filter((place) => place.kind !== kind || place.id !== id)
  const on = others.length === settings.killed_sources.length
  return (
    <Switch
      label={text.kill.startHere}
      note={manages ? undefined : text.kill.onlyAdmins}
      checked={on}
      disabled={!manages}
      onChange={(next) =>
        void attempt(
          () => saveSettings(owner, { killed_sources: next ? others : [...others, { kind, id }] }),
          next ? text.kill.startedHere : text.kill.stoppedHere,
        )
      }
    />
  )
}
