import { whatFailed } from '@/data/failure'
import { CSV } from '@/data/paths'
import { CustomersScreen } from '@/features/customers/customers-screen'
import { useSegments } from '@/features/segments/api'
import { text } from '@/features/segments/text'
import { usePlace } from '@/features/sources/place'
import { Failed, Loading, State } from '@/ui/states'

/** Customers are listed by segment: one room's table, with another room's segments to choose from. */
export function CustomersPage() {
  const { source, run } = usePlace()
  const segments = useSegments(source.ref, run)
  if (segments.isPending) return <Loading label={text.loading} />
  if (segments.isError) {
    return <Failed title={text.failed} message={whatFailed(segments.error).message} />
  }
  const [first, ...others] = segments.data
  if (!first) {
    return (
      <State page title={text.none}>
        {source.ref.kind === CSV ? text.noneNote : text.noneNoteShop}
      </State>
    )
  }
  return <CustomersScreen segments={[first, ...others]} />
}
