import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { MomentAnswer } from '../api/types.gen'
import { Envelope, Route, Spark } from '../ui/icons'
import { useWriting } from '../ui/language'
import { When } from '../ui/When'
import classes from './Timeline.module.css'
import { summary } from './timeline.shape'

const icons = { event: Spark, decision: Route, message: Envelope }

/** One line of a timeline: what, why, and where it comes from. */
export function Moment({ moment }: { moment: MomentAnswer }) {
  const { t } = useTranslation()
  const { words } = useWriting()
  const Icon = icons[moment.source]
  const { shown, more } = summary(moment.properties)
  return (
    <li className={classes.moment} data-source={moment.source}>
      <span className={classes.icon} title={t(`people.source.${moment.source}`)}>
        <Icon />
      </span>
      <div className={classes.body}>
        <div className={classes.what}>
          <span>{words(moment.sentence)}</span>
          {moment.mail !== null && (
            <Link to="/mailbox" search={{ mail: moment.mail }}>
              {t('people.readMail')}
            </Link>
          )}
        </div>
        {(moment.journey || moment.detail) && (
          <div className={classes.more}>
            {moment.journey && (
              <Link
                to="/journeys/$key"
                params={{ key: moment.journey }}
                search={moment.step ? { step: moment.step } : {}}
              >
                {words(moment.journey_title)}
              </Link>
            )}
            {moment.step && <span>{moment.step}</span>}
            {moment.detail && <span>{moment.detail}</span>}
          </div>
        )}
        {shown.length > 0 && (
          <dl className={classes.properties}>
            {shown.map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            {more > 0 && (
              <div className={classes.rest}>
                <dt>…</dt>
                <dd>{t('people.moreProperties', { count: more })}</dd>
              </div>
            )}
          </dl>
        )}
      </div>
      <span className={classes.time}>
        <When at={moment.at} shape="time" />
      </span>
    </li>
  )
}
