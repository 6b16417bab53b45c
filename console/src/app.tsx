import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, type ComponentType } from 'react'
import { Redirect, Route, Switch, useLocation } from 'wouter'
import { isSetUpQuery, sessionQuery } from './api/queries.ts'
import { SessionContext, useMay } from './api/session.tsx'
import type { Permissions } from './api/types.ts'
import { Guard } from './parts/guard.tsx'
import { LeaveDialog } from './parts/leave.tsx'
import { Empty, Failed, Loading } from './parts/states.tsx'
import { homeOf } from './shell/places.ts'
import { Frame } from './shell/frame.tsx'
import { SignInOver } from './shell/sign-in-over.tsx'
import { SignIn } from './pages/sign-in.tsx'
import { lastOrganisation } from './pages/sign-in-parts.ts'

const page = (load: () => Promise<{ default: ComponentType }>) => lazy(load)

/** All pages, and the permission that each requires. */
const pages: readonly (readonly [string, ComponentType, keyof Permissions | null, ('read' | 'write')?])[] = [
  ['/customers', page(() => import('./pages/customers/customers.tsx')), 'customer'],
  ['/customers/:id', page(() => import('./pages/customers/customer.tsx')), 'customer'],
  ['/check', page(() => import('./pages/check.tsx')), 'coupon'],
  ['/holds', page(() => import('./pages/holds/holds.tsx')), 'coupon'],
  ['/overview', page(() => import('./pages/series/overview.tsx')), 'campaign'],
  ['/series', page(() => import('./pages/series/series-list.tsx')), 'campaign'],
  ['/series/new', page(() => import('./pages/series/series-new.tsx')), 'campaign', 'write'],
  ['/series/:id', page(() => import('./pages/series/series-page.tsx')), 'campaign'],
  ['/series/:id/edit', page(() => import('./pages/series/series-edit.tsx')), 'campaign', 'write'],
  ['/jobs', page(() => import('./pages/admin/jobs.tsx')), 'upload'],
  ['/stores', page(() => import('./pages/admin/stores.tsx')), 'organisation'],
  ['/clients', page(() => import('./pages/admin/clients.tsx')), 'organisation'],
  ['/access-groups', page(() => import('./pages/admin/access-groups.tsx')), 'organisation'],
  ['/webhooks', page(() => import('./pages/admin/webhooks.tsx')), 'webhook'],
  ['/webhooks/:id', page(() => import('./pages/admin/webhook-page.tsx')), 'webhook'],
  ['/users', page(() => import('./pages/admin/users.tsx')), 'user'],
  ['/settings', page(() => import('./pages/admin/settings.tsx')), 'organisation'],
  ['/audit', page(() => import('./pages/admin/audit.tsx')), 'audit'],
  ['/start', page(() => import('./pages/admin/start.tsx')), 'organisation', 'write'],
  ['/account', page(() => import('./pages/account.tsx')), null],
]

const ChoosePassword = page(() => import('./pages/choose-password.tsx'))

/** The page of the URL; until a person signs in, the sign-in page replaces it. */
export function App() {
  const session = useQuery(sessionQuery)
  const [location] = useLocation()
  const organisation = session.data?.organisation.name
  useEffect(() => {
    if (organisation !== undefined) lastOrganisation.keep(organisation)
  }, [organisation])
  // Whoever opens a link for a new password is not signed in, or as somebody else.
  if (location === '/password')
    return (
      <Suspense fallback={<Loading />}>
        <ChoosePassword />
      </Suspense>
    )
  if (session.isPending) return null
  if (session.isError) {
    return (
      <div className="sign-in">
        <Failed error={session.error} retry={() => void session.refetch()} />
      </div>
    )
  }
  if (session.data === null) return <SignIn />
  return (
    <SessionContext value={session.data}>
      <SignInOver />
      <LeaveDialog />
      <Frame>
        <Guard key={location}>
          <Suspense fallback={<Loading />}>
            <Pages />
          </Suspense>
        </Guard>
      </Frame>
    </SessionContext>
  )
}

/** The page to begin with: the first steps for who sets up an organisation without stores or series. */
function Home() {
  const may = useMay()
  const isSettingUp = may('organisation', 'write')
  const isSetUp = useQuery({ ...isSetUpQuery, enabled: isSettingUp })
  if (isSettingUp && isSetUp.isPending) return <Loading />
  return <Redirect to={isSettingUp && isSetUp.data === false ? '/start' : homeOf(may)} replace />
}

function Pages() {
  const may = useMay()
  return (
    <Switch>
      <Route path="/">
        <Home />
      </Route>
      {pages.map(([path, Page, resource, needed]) => (
        <Route key={path} path={path}>
          {resource === null || may(resource, needed ?? 'read') ? <Page /> : <NotAllowed />}
        </Route>
      ))}
      <Route>
        <Empty title="There is no such page">Choose one on the left.</Empty>
      </Route>
    </Switch>
  )
}

function NotAllowed() {
  return (
    <Empty title="Your role does not include this page">An administrator can give you another role.</Empty>
  )
}
