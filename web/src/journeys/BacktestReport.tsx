import { useTranslation } from 'react-i18next'
import type { RateAnswer, ReportAnswer } from '../api/types.gen'
import { Figures } from '../ui/Figures'
import { useWriting } from '../ui/language'
import { Section } from '../ui/Section'
import classes from './Backtest.module.css'
import { BacktestFlow } from './BacktestFlow'
import { Company } from './Company'
import { Days } from './Days'
import { Pressure } from './Pressure'
import { Reasons } from './Reasons'
import { Samples } from './Samples'

/** The report of one replay: who entered, the picture of what flowed, when messages left, how much is too much, single ways through. */
export function BacktestReport({ report }: { report: ReportAnswer }) {
  const { t } = useTranslation()
  const { number, percent } = useWriting()
  const sent = report.steps.reduce((sum, step) => sum + step.sent, 0)
  const figures = [
    { label: t('backtest.entered'), value: number(report.entered) },
    { label: t('backtest.sent'), value: number(sent) },
    {
      label: t('backtest.goals'),
      value: number(report.goal_reached),
      note: percent(report.goal_reached, report.entered),
    },
    {
      label: t('backtest.before'),
      value: number(report.goal_before_first_message),
      note: percent(report.goal_before_first_message, report.goal_reached),
    },
    { label: t('backtest.inside'), value: number(report.still_inside) },
  ]
  const holdout = { label: t('backtest.holdout'), value: number(report.holdout) }
  return (
    <div className={classes.report}>
      <About report={report} />
      <Figures figures={report.holdout > 0 ? [...figures, holdout] : figures} />
      <Section title={t('backtest.flow')}>
        <BacktestFlow report={report} />
      </Section>
      <Section title={t('backtest.days')}>
        <Days days={report.days} />
      </Section>
      <Section title={t('backtest.pressure')}>
        <Pressure pressure={report.pressure} together={report.company?.pressure ?? null} />
      </Section>
      <Section title={t('backtest.company')}>
        <Company company={report.company} sent={sent} />
      </Section>
      <div className={classes.pair}>
        <Reasons title={t('journeys.refused')} none={t('journeys.noRefused')} reasons={report.refused} />
        <Reasons title={t('journeys.ended')} none={t('journeys.noEnded')} reasons={report.ended} />
        <Reasons title={t('backtest.notSent')} none={t('backtest.allSent')} reasons={report.not_sent} />
        <Reasons title={t('backtest.held')} none={t('backtest.noHeld')} reasons={report.held} />
        {report.lost_while_held.length > 0 && (
          <Reasons title={t('backtest.lostWhileHeld')} none="" reasons={report.lost_while_held} />
        )}
      </div>
      <Section title={t('backtest.samples')}>
        <Samples samples={report.samples} />
      </Section>
    </div>
  )
}

/** What was replayed, and what the reader should know before trusting it. */
function About({ report }: { report: ReportAnswer }) {
  const { t } = useTranslation()
  const { number, instant } = useWriting()
  const period = { from: instant(report.start, 'day'), to: instant(report.end, 'day') }
  const read = { people: number(report.people), events: number(report.events) }
  return (
    <div>
      <p className={classes.period}>
        {t('backtest.period', period)} {t('backtest.read', read)}{' '}
        {t(report.strict_consent ? 'backtest.strict' : 'backtest.lenient')}
      </p>
      {report.reactions.length > 0 && <Rates rates={report.reactions} />}
      {report.entered === 0 && <p className={classes.outdated}>{t('backtest.nobody')}</p>}
      {report.outdated && <p className={classes.outdated}>{t('backtest.outdated')}</p>}
      {report.forgotten > 0 && (
        <p className={classes.period}>
          {t('backtest.forgotten', { count: report.forgotten, shown: number(report.forgotten) })}
        </p>
      )}
    </div>
  )
}

/** By which rates reactions were simulated: none of them happened. */
function Rates({ rates }: { rates: RateAnswer[] }) {
  const { t } = useTranslation()
  const { number, percent, duration } = useWriting()
  return (
    <div className={classes.outdated}>
      <p>{t('backtest.simulated')}</p>
      <ul className={classes.rates}>
        {rates.map((rate) => (
          <li key={rate.kind}>
            {t(rate.fitted ? 'backtest.rateFitted' : 'backtest.rateGiven', {
              kind: t(`backtest.rates.${rate.kind as 'delivered' | 'opened' | 'clicked'}`),
              share: percent(rate.rate, 1),
              after: duration(rate.after),
              times: number(rate.times),
            })}
          </li>
        ))}
      </ul>
    </div>
  )
}
