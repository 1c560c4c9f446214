/** Every URL of the app, and what it loads. Screens come when they are first visited. */
import {
  createRootRoute,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import * as z from 'zod'

import { currentAccount } from '@/data/auth'
import { NotFound } from '@/app/fallbacks'
import { rememberedOwner } from '@/features/sources/shops/returning'

/** Only a path of this app may follow a sign-in. */
const next = z
  .string()
  .regex(/^\/(?![/\\])/)
  .optional()
  .catch(undefined)
const word = z.string().max(300).optional().catch(undefined)

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ location }) => {
    const account = await requireAccount(location.href)
    throw redirect({ to: '/m/$owner', params: { owner: account.uid } })
  },
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ next, ended: z.enum(['idle', 'cap']).optional().catch(undefined) }),
  beforeLoad: async ({ search }) => {
    if (await currentAccount()) throw redirect({ href: search.next ?? '/' })
  },
  component: lazyRouteComponent(() => import('@/features/accounts/sign-in-page'), 'SignInPage'),
})

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  validateSearch: z.object({ next }),
  component: lazyRouteComponent(() => import('@/features/accounts/sign-up-page'), 'SignUpPage'),
})

const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email',
  validateSearch: z.object({ next }),
  beforeLoad: async () => {
    if (!(await currentAccount())) throw redirect({ to: '/sign-in', search: {} })
  },
  component: lazyRouteComponent(
    () => import('@/features/accounts/verify-email-page'),
    'VerifyEmailPage',
  ),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(
    () => import('@/features/accounts/forgot-password-page'),
    'ForgotPasswordPage',
  ),
})

const action = createRoute({
  getParentRoute: () => root,
  path: '/auth/action',
  validateSearch: z.object({
    mode: z.string().catch(''),
    oobCode: z.coerce.string().catch(''),
    next,
  }),
  component: lazyRouteComponent(() => import('@/features/accounts/action-page'), 'ActionPage'),
})

const acceptInvite = createRoute({
  getParentRoute: () => root,
  path: '/accept-invite',
  validateSearch: z.object({ owner: word, invitation: word, token: word }),
  beforeLoad: async ({ location }) => {
    await requireAccount(location.href)
  },
  component: lazyRouteComponent(
    () => import('@/features/accounts/accept-invite-page'),
    'AcceptInvitePage',
  ),
})

const terms = createRoute({
  getParentRoute: () => root,
  path: '/terms',
  component: lazyRouteComponent(() => import('@/features/accounts/legal-page'), 'TermsPage'),
})

const privacy = createRoute({
  getParentRoute: () => root,
  path: '/privacy',
  component: lazyRouteComponent(() => import('@/features/accounts/legal-page'), 'PrivacyPage'),
})

/** Where shops send a merchant who was asked there; the server knows only this address. */
const shopAnswered = createRoute({
  getParentRoute: () => root,
  path: '/sources/connect',
  validateSearch: z.object({ authorization: word, error: word }),
  beforeLoad: async ({ location, search }) => {
    const account = await requireAccount(location.href)
    const owner = rememberedOwner() ?? account.uid
    throw redirect({ to: '/m/$owner/shops/connect', params: { owner }, search })
  },
})

const merchant = createRoute({
  getParentRoute: () => root,
  path: '/m/$owner',
  beforeLoad: async ({ location }) => {
    await requireAccount(location.href)
  },
  component: lazyRouteComponent(() => import('@/app/shell'), 'Shell'),
})

const overview = createRoute({
  getParentRoute: () => merchant,
  path: '/',
  component: lazyRouteComponent(() => import('@/app/home-page'), 'HomePage'),
})

const uploads = createRoute({
  getParentRoute: () => merchant,
  path: '/uploads',
  component: lazyRouteComponent(() => import('@/features/sources/csv/uploads-page'), 'UploadsPage'),
})

const newUpload = createRoute({
  getParentRoute: () => merchant,
  path: '/uploads/new',
  validateSearch: z.object({
    based_on: word,
    mode: z.enum(['replace', 'append']).optional().catch(undefined),
  }),
  component: lazyRouteComponent(
    () => import('@/features/sources/csv/new-upload-page'),
    'NewUploadPage',
  ),
})

const upload = createRoute({
  getParentRoute: () => merchant,
  path: '/uploads/$uploadId',
  component: lazyRouteComponent(() => import('@/features/sources/csv/upload-page'), 'UploadPage'),
})

const shops = createRoute({
  getParentRoute: () => merchant,
  path: '/shops',
  component: lazyRouteComponent(() => import('@/features/sources/shops/shops-page'), 'ShopsPage'),
})

const connectShop = createRoute({
  getParentRoute: () => merchant,
  path: '/shops/connect',
  validateSearch: z.object({ authorization: word, error: word }),
  component: lazyRouteComponent(
    () => import('@/features/sources/shops/connect-page'),
    'ConnectPage',
  ),
})

const shop = createRoute({
  getParentRoute: () => merchant,
  path: '/shops/$kind/$sourceId',
  component: lazyRouteComponent(() => import('@/features/sources/shops/shop-page'), 'ShopPage'),
})

const source = createRoute({
  getParentRoute: () => merchant,
  path: '/s/$kind/$sourceId',
  validateSearch: z.object({ run: word }),
  component: lazyRouteComponent(() => import('@/features/sources/source-layout'), 'SourceLayout'),
})

export const OVERVIEW_TABS = ['segments', 'map', 'behaviour', 'feelings', 'value'] as const

const segments = createRoute({
  getParentRoute: () => source,
  path: '/',
  validateSearch: z.object({ tab: z.enum(OVERVIEW_TABS).optional().catch(undefined) }),
  component: lazyRouteComponent(
    () => import('@/features/segments/segments-page'),
    'SegmentsPage',
  ),
})

const segment = createRoute({
  getParentRoute: () => source,
  path: '/segments/$segmentKey',
  component: lazyRouteComponent(() => import('@/features/segments/segment-page'), 'SegmentPage'),
})

const customers = createRoute({
  getParentRoute: () => source,
  path: '/customers',
  validateSearch: z.object({
    segment: word,
    sort: word,
    dir: z.enum(['asc', 'desc']).optional().catch(undefined),
    q: word,
    rfm: word,
  }),
  component: lazyRouteComponent(
    () => import('@/app/customers-page'),
    'CustomersPage',
  ),
})

const customer = createRoute({
  getParentRoute: () => source,
  path: '/customer',
  validateSearch: z.object({ id: z.coerce.string().catch('') }),
  component: lazyRouteComponent(() => import('@/features/customers/customer-page'), 'CustomerPage'),
})

const report = createRoute({
  getParentRoute: () => source,
  path: '/report',
  component: lazyRouteComponent(() => import('@/features/segments/report-page'), 'ReportPage'),
})

const compare = createRoute({
  getParentRoute: () => merchant,
  path: '/compare',
  validateSearch: z.object({ a: word, b: word }),
  component: lazyRouteComponent(() => import('@/features/segments/compare-page'), 'ComparePage'),
})

const prices = createRoute({
  getParentRoute: () => source,
  path: '/prices',
  component: lazyRouteComponent(
    () => import('@/features/pricing/overview/overview-page'),
    'PricesOverviewPage',
  ),
})

const pricingRules = createRoute({
  getParentRoute: () => source,
  path: '/prices/rules',
  component: lazyRouteComponent(() => import('@/features/pricing/rules/rules-page'), 'RulesPage'),
})

const pricingRule = createRoute({
  getParentRoute: () => source,
  path: '/prices/rules/$ruleId',
  component: lazyRouteComponent(() => import('@/features/pricing/rules/rule-page'), 'RulePage'),
})

const products = createRoute({
  getParentRoute: () => source,
  path: '/prices/products',
  validateSearch: z.object({ q: word, product: word }),
  component: lazyRouteComponent(
    () => import('@/features/pricing/products/products-page'),
    'ProductsPage',
  ),
})

const quotes = createRoute({
  getParentRoute: () => source,
  path: '/prices/quotes',
  validateSearch: z.object({ customer: word, product: word }),
  component: lazyRouteComponent(() => import('@/features/pricing/quotes/quotes-page'), 'QuotesPage'),
})

const priceLimits = createRoute({
  getParentRoute: () => source,
  path: '/prices/limits',
  component: lazyRouteComponent(() => import('@/features/pricing/limits/limits-page'), 'LimitsPage'),
})

const elasticity = createRoute({
  getParentRoute: () => source,
  path: '/prices/elasticity',
  validateSearch: z.object({ product: word }),
  component: lazyRouteComponent(
    () => import('@/features/pricing/elasticity/elasticity-page'),
    'ElasticityPage',
  ),
})

const priceTests = createRoute({
  getParentRoute: () => source,
  path: '/prices/tests',
  component: lazyRouteComponent(
    () => import('@/features/pricing/experiments/tests-page'),
    'TestsPage',
  ),
})

const priceTest = createRoute({
  getParentRoute: () => source,
  path: '/prices/tests/$testId',
  component: lazyRouteComponent(() => import('@/features/pricing/experiments/test-page'), 'TestPage'),
})

const priceEffects = createRoute({
  getParentRoute: () => source,
  path: '/prices/effects',
  validateSearch: z.object({ attribute: word }),
  component: lazyRouteComponent(
    () => import('@/features/pricing/experiments/effects-page'),
    'EffectsPage',
  ),
})

const keys = createRoute({
  getParentRoute: () => merchant,
  path: '/keys',
  component: lazyRouteComponent(() => import('@/app/keys-page'), 'KeysPage'),
})

const team = createRoute({
  getParentRoute: () => merchant,
  path: '/team',
  component: lazyRouteComponent(() => import('@/features/accounts/team-page'), 'TeamPage'),
})

const settings = createRoute({
  getParentRoute: () => merchant,
  path: '/settings',
  component: lazyRouteComponent(() => import('@/app/settings-page'), 'SettingsPage'),
})

export const routeTree = root.addChildren([
  home,
  signIn,
  signUp,
  verifyEmail,
  forgotPassword,
  action,
  acceptInvite,
  terms,
  privacy,
  shopAnswered,
  merchant.addChildren([
    overview,
    uploads,
    newUpload,
    upload,
    shops,
    connectShop,
    shop,
    source.addChildren([
      segments,
      segment,
      customers,
      customer,
      report,
      prices,
      pricingRules,
      pricingRule,
      products,
      quotes,
      elasticity,
      priceTests,
      priceTest,
      priceEffects,
      priceLimits,
    ]),
    compare,
    keys,
    team,
    settings,
  ]),
])

async function requireAccount(href: string): Promise<{ uid: string }> {
  const account = await currentAccount()
  const back = href === '/' ? {} : { next: href }
  if (!account) throw redirect({ to: '/sign-in', search: back })
  if (!account.emailVerified) throw redirect({ to: '/verify-email', search: back })
  return account
}
