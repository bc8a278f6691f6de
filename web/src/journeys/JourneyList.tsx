import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { JourneyRowAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import { Pill } from '../ui/Pill'
import classes from './JourneyList.module.css'
import { statusOf } from './status'

/** Every journey with what flows through it. */
export function JourneyList({ journeys }: { journeys: JourneyRowAnswer[] }) {
  const { t } = useTranslation()
  const { words, number } = useWriting()
  return (
    <ul className={classes.list}>
      {journeys.map((journey) => {
        const status = statusOf(journey.status)
        return (
          <li key={journey.key} className={classes.item}>
            <div className={classes.name}>
              <Link to="/journeys/$key" params={{ key: journey.key }} className={classes.link}>
                {words(journey.title)}
              </Link>
              <Pill tone={status.tone}>{t(status.key)}</Pill>
            </div>
            <div className={classes.more}>
              {journey.version > 0
                ? t('journeys.version', { version: journey.version })
                : t('journeys.neverPublished')}
              {' · '}
              {t('journeys.steps', { count: journey.steps })}
            </div>
            <dl className={classes.numbers}>
              {(['entered', 'live', 'sent', 'goals'] as const).map((name) => (
                <div key={name}>
                  <dt>{t(`journeys.${name}`)}</dt>
                  <dd>{number(journey[name])}</dd>
                </div>
              ))}
            </dl>
          </li>
        )
      })}
    </ul>
  )
}
