import { useTranslation } from 'react-i18next'
import type { StepTotalAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Backtest.module.css'

/** How many came to each step, went on, how long they stayed, and how many messages it would have sent. */
export function StepTotals({ steps }: { steps: StepTotalAnswer[] }) {
  const { t } = useTranslation()
  const { words, number, duration } = useWriting()
  const most = Math.max(1, ...steps.map((step) => step.arrived))
  const withheld = steps.some((step) => step.withheld > 0)
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('backtest.step')}</th>
          <th scope="col">{t('backtest.arrived')}</th>
          <th scope="col">{t('backtest.left')}</th>
          <th scope="col">{t('backtest.stayed')}</th>
          <th scope="col">{t('backtest.messages')}</th>
          {withheld && <th scope="col">{t('backtest.withheld')}</th>}
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.id}>
            <th scope="row">
              <span>{words(step.sentence)}</span>
              {step.unknown > 0 && (
                <span className={classes.unknown}>
                  {t('backtest.unknown', { count: step.unknown, shown: number(step.unknown) })}
                </span>
              )}
              <span className={classes.bar} style={{ inlineSize: `${(100 * step.arrived) / most}%` }} />
            </th>
            <td data-label={t('backtest.arrived')}>{number(step.arrived)}</td>
            <td data-label={t('backtest.left')}>{number(step.left)}</td>
            <td data-label={t('backtest.stayed')}>
              {step.longest > 0 ? duration(step.median) : '–'}
              {step.nine_in_ten > step.median && (
                <span className={classes.unknown}>
                  {t('backtest.nineInTen', { length: duration(step.nine_in_ten) })}
                </span>
              )}
            </td>
            <td data-label={t('backtest.messages')}>{number(step.sent)}</td>
            {withheld && <td data-label={t('backtest.withheld')}>{number(step.withheld)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
