/** Settings of uploads: their names, and notifications of their jobs. */
import { useState } from 'react'

import { useAccess } from '@/features/accounts/access'
import { text as accounts } from '@/features/accounts/text'
import { useUploads } from '@/features/sources/api'
import { renameUpload } from '@/features/sources/csv/api'
import { setNotifications, wantsNotifications } from '@/features/sources/csv/notifications'
import { text } from '@/features/sources/text'
import { attempt } from '@/features/accounts/attempt'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'
import { Input } from '@/ui/field'
import { Switch } from '@/ui/switch'

export function NotificationsCard() {
  const [wanted, setWanted] = useState(wantsNotifications)
  const { settings } = accounts
  return (
    <Card>
      <CardHead title={settings.notifications} note={settings.notificationsNote} />
      <CardBody className="pt-3">
        <Switch
          label={settings.whenReady}
          checked={wanted}
          onChange={(next) => void setNotifications(next).then(setWanted)}
        />
      </CardBody>
    </Card>
  )
}

export function SourceNamesCard({ owner }: { owner: string }) {
  const uploads = useUploads(owner)
  const { mayChange } = useAccess(owner)
  const { settings } = accounts
  if (uploads.state !== 'ready') return null
  return (
    <Card>
      <CardHead title={settings.labels} note={settings.labelsNote} />
      <CardBody className="pt-3">
        {uploads.data.length === 0 ? (
          <p className="text-ink-soft">{settings.noSources}</p>
        ) : (
          <ul className="space-y-2">
            {uploads.data.map((upload) => (
              <li key={upload.id}>
                <form
                  className="flex gap-2"
                  onSubmit={(event) => {
                    event.preventDefault()
                    const label = String(new FormData(event.currentTarget).get('label')).trim()
                    if (label) {
                      void attempt(() => renameUpload(owner, upload.id, label), text.rename.done)
                    }
                  }}
                >
                  <Input
                    name="label"
                    aria-label={settings.labelOf(upload.file_name)}
                    defaultValue={upload.label || upload.file_name}
                    maxLength={200}
                    disabled={!mayChange}
                  />
                  {mayChange ? <Button type="submit">{settings.save}</Button> : null}
                </form>
              </li>
            ))}
          </ul>
        )}
      </CardBody>
    </Card>
  )
}
