import { useNavigate } from '@tanstack/react-router'
import { Download, Ellipsis, FileDown, FileText, Pencil, PieChart, Plus, RefreshCw, Replace, Trash2 } from 'lucide-react'
import { useState } from 'react'

import type { Upload } from '@/data/documents'
import { csvSource } from '@/data/paths'
import { useAccess } from '@/features/accounts/access'
import { exportCustomers } from '@/features/sources/api'
import { attempt } from '@/features/accounts/attempt'
import { downloadRejects, renameUpload } from '@/features/sources/csv/api'
import { DeleteDialog } from '@/features/sources/delete-dialog'
import { RegenerateDialog } from '@/features/sources/regenerate-dialog'
import { RenameDialog } from '@/features/sources/rename-dialog'
import { text } from '@/features/sources/csv/text'
import { announce } from '@/ui/announce'
import { Button } from '@/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'

const ACTIVE: Upload['status'][] = ['queued', 'running', 'waiting_for_file', 'deleting']

export function UploadActions({ owner, upload, onDeleted }: { owner: string; upload: Upload; onDeleted?: () => void }) {
  const navigate = useNavigate()
  const { mayChange, mayDelete } = useAccess(owner)
  const [asking, setAsking] = useState<'delete' | 'rename' | 'regenerate' | null>(null)
  const source = csvSource(owner, upload.id)
  const name = upload.label || upload.file_name
  const idle = !ACTIVE.includes(upload.status)
  const hasResults = Boolean(upload.current_run)

  const open = () =>
    void navigate({ to: '/m/$owner/uploads/$uploadId', params: { owner, uploadId: upload.id } })
  const version = (mode: 'replace' | 'append') =>
    void navigate({
      to: '/m/$owner/uploads/new',
      params: { owner },
      search: { based_on: upload.id, mode },
    })
  const save = (format: 'csv' | 'json') => {
    announce(text.export.making)
    void attempt(() => exportCustomers(source, format, name), text.export.done)
  }

  return (
    <>
      <Menu
        trigger={
          <Button look="quiet" size="icon" aria-label={text.actions.more(name)}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={open}>
          <FileText aria-hidden /> {text.actions.details}
        </MenuItem>
        {hasResults ? (
          <MenuItem
            onSelect={() =>
              void navigate({
                to: '/m/$owner/s/$kind/$sourceId',
                params: { owner, kind: 'csv', sourceId: upload.id },
                search: {},
              })
            }
          >
            <PieChart aria-hidden /> {text.actions.segments}
          </MenuItem>
        ) : null}
        {mayChange ? (
          <>
            <MenuItem onSelect={() => setAsking('rename')}>
              <Pencil aria-hidden /> {text.actions.rename}
            </MenuItem>
            <MenuItem onSelect={() => version('replace')}>
              <Replace aria-hidden /> {text.actions.replace}
            </MenuItem>
            {hasResults ? (
              <MenuItem onSelect={() => version('append')}>
                <Plus aria-hidden /> {text.actions.append}
              </MenuItem>
            ) : null}
            {idle && upload.report ? (
              <MenuItem onSelect={() => setAsking('regenerate')}>
                <RefreshCw aria-hidden /> {text.actions.regenerate}
              </MenuItem>
            ) : null}
          </>
        ) : null}
        {upload.report?.rejects_path || hasResults ? <MenuSeparator /> : null}
        {upload.report?.rejects_path ? (
          <MenuItem onSelect={() => void attempt(() => downloadRejects(upload), text.export.done)}>
            <FileDown aria-hidden /> {text.actions.rejects}
          </MenuItem>
        ) : null}
        {hasResults ? (
          <>
            <MenuItem onSelect={() => save('csv')}>
              <Download aria-hidden /> {text.actions.exportCsv}
            </MenuItem>
            <MenuItem onSelect={() => save('json')}>
              <Download aria-hidden /> {text.actions.exportJson}
            </MenuItem>
          </>
        ) : null}
        {mayDelete && upload.status !== 'deleting' ? (
          <>
            <MenuSeparator />
            <MenuItem danger onSelect={() => setAsking('delete')}>
              <Trash2 aria-hidden /> {text.actions.delete}
            </MenuItem>
          </>
        ) : null}
      </Menu>
      <DeleteDialog
        source={source}
        name={name}
        open={asking === 'delete'}
        onOpenChange={(open) => setAsking(open ? 'delete' : null)}
        onDeleted={onDeleted}
      >
        <p>{text.delete.goes}</p>
        <ul className="list-disc space-y-1 pl-5">
          {text.delete.list.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <p>{text.delete.stays}</p>
      </DeleteDialog>
      <RegenerateDialog
        source={source}
        usual={upload.options?.['algorithm']}
        open={asking === 'regenerate'}
        onOpenChange={(open) => setAsking(open ? 'regenerate' : null)}
        onStarted={open}
      />
      <RenameDialog
        name={name}
        open={asking === 'rename'}
        onOpenChange={(open) => setAsking(open ? 'rename' : null)}
        onRename={(label) => renameUpload(owner, upload.id, label)}
      />
    </>
  )
}
