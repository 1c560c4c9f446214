import { Link } from '@tanstack/react-router'
import { useState } from 'react'

import type { Upload } from '@/data/documents'
import { useAccess } from '@/features/accounts/access'
import { importChecked } from '@/features/sources/csv/api'
import { useUploads } from '@/features/sources/api'
import { text } from '@/features/sources/csv/text'
import { text as sourceText } from '@/features/sources/text'
import { attempt } from '@/features/accounts/attempt'
import { Button, buttonLook } from '@/ui/button'
import { Card, CardBody, CardHead } from '@/ui/card'

/** A dry run is done: what would be imported stands below. */
export function CheckedCard({ owner, upload }: { owner: string; upload: Upload }) {
  const { mayChange } = useAccess(owner)
  const [busy, setBusy] = useState(false)
  const uploads = useUploads(owner)
  const base =
    uploads.state === 'ready'
      ? uploads.data.find(({ id }) => id === upload.based_on?.upload_id)
      : undefined
  return (
    <Card className="border-l-4 border-l-insight">
      <CardHead title={text.page.checked} note={text.page.checkedNote} />
      {mayChange ? (
        <CardBody className="flex flex-wrap gap-2 pt-3">
          <Button
            look="primary"
            busy={busy}
            onClick={async () => {
              setBusy(true)
              await attempt(
                () => importChecked(owner, upload.id, { ...upload.options }),
                sourceText.job.queuedAgain,
              )
              setBusy(false)
            }}
          >
            {text.page.import}
          </Button>
          {base ? (
            <Link
              to="/m/$owner/uploads/$uploadId"
              params={{ owner, uploadId: base.id }}
              className={buttonLook()}
            >
              {text.page.backTo(base.label || base.file_name)}
            </Link>
          ) : null}
        </CardBody>
      ) : (
        <CardBody />
      )}
    </Card>
  )
}
