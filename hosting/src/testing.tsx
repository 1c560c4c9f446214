/** What component tests share: a place in a router to show a component at, and documents to show. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router'
import { render } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import type { ReactNode } from 'react'

import { type Segment, segmentSchema, type Upload, uploadSchema } from '@/data/documents'

interface Where {
  /** The route whose parameters the component reads, as `routes.tsx` spells it. */
  route?: string
  url?: string
}

/** Show a component as the app does: in a router and with a query cache. */
export async function show(element: ReactNode, { route = '/', url = route }: Where = {}) {
  const root = createRootRoute()
  const here = createRoute({ getParentRoute: () => root, path: route, component: () => element })
  const elsewhere = createRoute({ getParentRoute: () => root, path: '$', component: () => null })
  const router = createRouter({
    routeTree: root.addChildren([here, elsewhere]),
    history: createMemoryHistory({ initialEntries: [url] }),
  })
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, retryDelay: 0 } } })
  await router.load()
  const shown = render(
    <QueryClientProvider client={client}>
      {/* The type of routers is registered as that of the app. */}
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  )
  return { ...shown, user: userEvent.setup(), pathname: () => router.state.location.pathname }
}

export function makeUpload(fields: Record<string, unknown> = {}): Upload {
  return uploadSchema.parse({ id: 'u1', status: 'ready', file_name: 'orders.csv', label: 'Orders', ...fields })
}

export function makeSegment(fields: Record<string, unknown> = {}): Segment {
  return segmentSchema.parse({
    id: 'r1-loyal',
    run_id: 'r1',
    segment_key: 'loyal',
    name: 'Loyal Buyers',
    customer_count: 40,
    share: 0.2,
    revenue_share: 0.5,
    ...fields,
  })
}
