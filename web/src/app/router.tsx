import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router'
import { ConnectRoute } from '../routes/connect'
import { HealthRoute } from '../routes/health'
import { JourneyRoute } from '../routes/journey'
import { JourneysRoute } from '../routes/journeys'
import { MailboxRoute } from '../routes/mailbox'
import { MessagesRoute } from '../routes/messages'
import { NotFound } from '../routes/not-found'
import { OverviewRoute } from '../routes/overview'
import { PeopleRoute } from '../routes/people'
import { PersonRoute } from '../routes/person'
import { SignInRoute } from '../routes/sign-in'
import { parseSearch, stringifySearch } from './address'
import { Gate } from './Gate'
import { safeNext } from './next'

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => ({ next: safeNext(search.next) }),
  component: SignInRoute,
})

const gate = createRoute({ getParentRoute: () => root, id: 'gate', component: Gate })

const overview = createRoute({ getParentRoute: () => gate, path: '/', component: OverviewRoute })
const journeys = createRoute({ getParentRoute: () => gate, path: '/journeys', component: JourneysRoute })
const connect = createRoute({ getParentRoute: () => gate, path: '/connect', component: ConnectRoute })

const health = createRoute({ getParentRoute: () => gate, path: '/health', component: HealthRoute })

const journey = createRoute({
  getParentRoute: () => gate,
  path: '/journeys/$key',
  validateSearch: (search): { tab?: 'backtest'; step?: string } => ({
    tab: search.tab === 'backtest' ? 'backtest' : undefined,
    step: text(search.step),
  }),
  component: JourneyRoute,
})

const people = createRoute({
  getParentRoute: () => gate,
  path: '/people',
  validateSearch: (search): { search?: string } => ({ search: text(search.search) }),
  component: PeopleRoute,
})

const person = createRoute({ getParentRoute: () => gate, path: '/people/$id', component: PersonRoute })

const mailbox = createRoute({
  getParentRoute: () => gate,
  path: '/mailbox',
  validateSearch: (search): { search?: string; mail?: number } => ({
    search: text(search.search),
    mail: /^\d{1,15}$/.test(String(search.mail)) ? Number(search.mail) : undefined,
  }),
  component: MailboxRoute,
})

const messages = createRoute({
  getParentRoute: () => gate,
  path: '/messages',
  validateSearch: (search): { view?: string } => ({ view: text(search.view) }),
  component: MessagesRoute,
})

const routes = root.addChildren([
  signIn,
  gate.addChildren([overview, journeys, journey, people, person, mailbox, messages, connect, health]),
])

export const router = createRouter({
  routeTree: routes,
  defaultPreload: false,
  scrollRestoration: true,
  parseSearch,
  stringifySearch,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
