import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { LatestEventAnswer, MailRowAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import { Section } from '../ui/Section'
import { When } from '../ui/When'
import classes from './Latest.module.css'

/** The events that came last. */
export function LatestEvents({ events }: { events: LatestEventAnswer[] }) {
  const { t } = useTranslation()
  const { words } = useWriting()
  return (
    <Section title={t('overview.latestEvents')}>
      {events.length === 0 && <p className={classes.none}>{t('overview.noEvents')}</p>}
      <ul className={classes.list}>
        {events.map((event) => (
          <li key={event.id} className={classes.row}>
            <Link to="/people/$id" params={{ id: event.contact }} className={classes.who}>
              {event.person || t('overview.somebody')}
            </Link>
            <span className={classes.what}>{words(event.sentence)}</span>
            <span className={classes.at}>
              <When at={event.at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** The mails that left last. */
export function LatestMails({ mails }: { mails: MailRowAnswer[] }) {
  const { t } = useTranslation()
  return (
    <Section title={t('overview.latestMails')} aside={<Link to="/mailbox">{t('overview.openMailbox')}</Link>}>
      {mails.length === 0 && <p className={classes.none}>{t('overview.noMails')}</p>}
      <ul className={classes.list}>
        {mails.map((mail) => (
          <li key={mail.id} className={classes.row}>
            <Link to="/mailbox" search={{ mail: mail.id }} className={classes.who}>
              {mail.person || mail.recipient}
            </Link>
            <span className={classes.what}>{mail.subject}</span>
            <span className={classes.at}>
              <When at={mail.at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
