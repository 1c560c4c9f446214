import { useParams } from '@tanstack/react-router'

import { SettingsScreen } from '@/features/accounts/settings-page'
import { NotificationsCard, SourceNamesCard } from '@/features/sources/csv/settings-cards'

export function SettingsPage() {
  const { owner } = useParams({ from: '/m/$owner/settings' })
  return (
    <SettingsScreen
      notifications={<NotificationsCard />}
      sources={<SourceNamesCard owner={owner} />}
    />
  )
}
