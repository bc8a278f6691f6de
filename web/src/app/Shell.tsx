import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { closeSessionMutation } from '../api/@tanstack/react-query.gen'
import type { SessionAnswer } from '../api/types.gen'
import { LanguageChoice } from '../i18n/LanguageChoice'
import { Door, Envelope, Gauge, Group, Heartbeat, Outbox, Plug, Route } from '../ui/icons'
import { Mark } from '../ui/Mark'
import { HoldBanner } from './HoldBanner'
import classes from './Shell.module.css'

const places = [
  { to: '/', name: 'overview', Icon: Gauge, exact: true },
  { to: '/journeys', name: 'journeys', Icon: Route, exact: false },
  { to: '/people', name: 'people', Icon: Group, exact: false },
  { to: '/messages', name: 'messages', Icon: Outbox, exact: false },
  { to: '/mailbox', name: 'mailbox', Icon: Envelope, exact: false },
] as const

/** What surrounds every screen: where one can go, the language, the way out. */
export function Shell({ session, children }: { session: SessionAnswer; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        {t('shell.skip')}
      </a>
      <header className={classes.bar}>
        <Link to="/" className={classes.mark}>
          <Mark size={26} />
          <span>{session.workspace.name}</span>
        </Link>
        <nav aria-label={t('shell.main')} className={classes.nav}>
          {places.map(({ to, name, Icon, exact }) => (
            <Link
              key={to}
              to={to}
              className={classes.place}
              activeOptions={{ exact }}
              activeProps={{ 'aria-current': 'page' }}
            >
              <Icon />
              <span>{t(`shell.${name}`)}</span>
            </Link>
          ))}
        </nav>
        <div className={classes.foot}>
          <Link to="/health" className={classes.place} activeProps={{ 'aria-current': 'page' }}>
            <Heartbeat />
            <span>{t('shell.health')}</span>
          </Link>
          <Link to="/connect" className={classes.place} activeProps={{ 'aria-current': 'page' }}>
            <Plug />
            <span>{t('shell.connect')}</span>
          </Link>
          <LanguageChoice />
          {!session.demo && <SignOut email={session.user?.email ?? ''} />}
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes.content}>
        <HoldBanner />
        {children}
      </main>
    </div>
  )
}

function SignOut({ email }: { email: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const close = useMutation({ ...closeSessionMutation(), onSettled: () => queries.resetQueries() })
  return (
    <button type="button" className={classes.place} title={email} onClick={() => close.mutate({})}>
      <Door />
      <span>{t('shell.signOut')}</span>
    </button>
  )
}
