import { useState } from 'react'

import type { Upload } from '@/data/documents'
import { useAccess } from '@/features/accounts/access'
import { importChecked } from '@/features/uploads/jobs'
import { text } from '@/features/uploads/text'
import { attempt } from '@/features/uploads/upload-actions'
import { Button } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'

/** A dry run is done: what would be imported stands below. */
export function CheckedCard({ owner, upload }: { owner: string; upload: Upload }) {
  const { mayChange } = useAccess(owner)
  const [busy, setBusy] = useState(false)
  return (
    <Card className="border-l-4 border-l-insight">
      <CardHead title={text.page.checked} note={text.page.checkedNote} />
      {mayChange ? (
        <CardBody className="pt-3">
          <Button
            look="primary"
            busy={busy}
            onClick={async () => {
              setBusy(true)
              await attempt(
                () => importChecked(owner, upload.id, { ...upload.options }),
                text.page.regenerating,
              )
              setBusy(false)
            }}
          >
            {text.page.import}
          </Button>
        </CardBody>
      ) : (
        <CardBody />
      )}
    </Card>
  )
}
