import { useTranslation } from 'react-i18next'
import type { PressureAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Backtest.module.css'
import { gather } from './pressure.shape'

/** In how many weeks of how many people there would have been one, two, three… messages. */
export function Pressure({ pressure }: { pressure: PressureAnswer }) {
  const { t } = useTranslation()
  const { number, language } = useWriting()
  const rows = gather(pressure.counts)
  const most = Math.max(1, ...rows.map((row) => row.weeks))
  if (rows.length === 0) return <p className={classes.none}>{t('backtest.noPressure')}</p>
  return (
    <>
      <p className={classes.none}>
        {t('backtest.mean', { mean: pressure.mean.toLocaleString(language), most: pressure.most })}
      </p>
      <ul className={classes.pressure}>
        {rows.map((row) => (
          <li key={row.messages}>
            <span>{t(row.more ? 'backtest.perWeekMore' : 'backtest.perWeek', { count: row.messages })}</span>
            <span className={classes.track}>
              <span className={classes.bar} style={{ inlineSize: `${(100 * row.weeks) / most}%` }} />
            </span>
            <span data-numbers>{number(row.weeks)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
