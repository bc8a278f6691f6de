import { useTranslation } from 'react-i18next'
import type { ReportAnswer } from '../api/types.gen'
import { Figures } from '../ui/Figures'
import { useWriting } from '../ui/language'
import { Section } from '../ui/Section'
import classes from './Backtest.module.css'
import { Pressure } from './Pressure'
import { Reasons } from './Reasons'
import { Samples } from './Samples'
import { StepTotals } from './StepTotals'

/** The report of one replay, from who entered to single ways through. */
export function BacktestReport({ report }: { report: ReportAnswer }) {
  const { t } = useTranslation()
  const { number, percent, instant } = useWriting()
  const sent = report.steps.reduce((sum, step) => sum + step.sent, 0)
  const period =
    report.start && report.end
      ? t('backtest.period', { from: instant(report.start, 'day'), to: instant(report.end, 'day') })
      : t('backtest.everything')
  const read = t('backtest.read', { people: number(report.people), events: number(report.events) })
  return (
    <div className={classes.report}>
      <p className={classes.period}>
        {period} {read}
      </p>
      <Figures
        figures={[
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
        ]}
      />
      <Section title={t('backtest.steps')}>
        <StepTotals steps={report.steps} />
      </Section>
      <div className={classes.pair}>
        <Reasons title={t('journeys.refused')} none={t('journeys.noRefused')} reasons={report.refused} />
        <Reasons title={t('journeys.ended')} none={t('journeys.noEnded')} reasons={report.ended} />
        <Reasons title={t('backtest.notSent')} none={t('backtest.allSent')} reasons={report.not_sent} />
      </div>
      <Section title={t('backtest.pressure')}>
        <Pressure pressure={report.pressure} />
      </Section>
      <Section title={t('backtest.samples')}>
        <Samples samples={report.samples} />
      </Section>
    </div>
  )
}
