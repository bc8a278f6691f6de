import { useTranslation } from 'react-i18next'
import type { StepTotalAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Backtest.module.css'

/** How many came to each step, went on, and how many messages it would have sent. */
export function StepTotals({ steps }: { steps: StepTotalAnswer[] }) {
  const { t } = useTranslation()
  const { words, number } = useWriting()
  const most = Math.max(1, ...steps.map((step) => step.arrived))
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t('backtest.step')}</th>
          <th scope="col">{t('backtest.arrived')}</th>
          <th scope="col">{t('backtest.left')}</th>
          <th scope="col">{t('backtest.messages')}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.id}>
            <th scope="row">
              <span>{words(step.sentence)}</span>
              <span className={classes.bar} style={{ inlineSize: `${(100 * step.arrived) / most}%` }} />
            </th>
            <td>{number(step.arrived)}</td>
            <td>{number(step.left)}</td>
            <td>{number(step.sent)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
