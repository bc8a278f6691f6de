import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { MessageAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import { Pill } from '../ui/Pill'
import { When } from '../ui/When'
import classes from './MessageRow.module.css'
import { toneOf } from './states.shape'
import { VerdictButtons } from './VerdictButtons'

/** One message: for whom, from which journey, where it stands and why. */
export function MessageRow({ message }: { message: MessageAnswer }) {
  const { t } = useTranslation()
  const { words } = useWriting()
  const why = words(message.why)
  return (
    <article className={classes.message}>
      <div className={classes.who}>
        {message.contact ? (
          <Link to="/people/$id" params={{ id: message.contact }} className={classes.person}>
            {message.person || t('people.anonymous')}
          </Link>
        ) : (
          <span className={classes.person}>{t('messages.erased')}</span>
        )}
        <span className={classes.source}>
          {message.journey ? `${words(message.journey_title)} · ${message.step}` : message.template}
        </span>
      </div>
      <div className={classes.standing}>
        <Pill tone={toneOf(message.state)}>{t(`messages.state.${message.state}`)}</Pill>
        {why && <span className={classes.why}>{why}</span>}
        {message.next_at && message.attempts > 0 && (
          <span className={classes.why}>
            {t('messages.nextTry')} <When at={message.next_at} />
          </span>
        )}
      </div>
      <span className={classes.at}>
        <When at={message.updated_at} />
      </span>
      {message.state === 'uncertain' && <VerdictButtons message={message} />}
    </article>
  )
}
