import { useTranslation } from 'react-i18next'
import type { PressureAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Backtest.module.css'
import { beside } from './pressure.shape'

type Props = { pressure: PressureAnswer; together: PressureAnswer | null }

/** In how many weeks of how many people there would have been one, two, three… messages: of this journey, and of all. */
export function Pressure({ pressure, together }: Props) {
  const { t } = useTranslation()
  const { number, language } = useWriting()
  const rows = beside(pressure.counts, together?.counts ?? null)
  const most = Math.max(1, ...rows.flatMap((row) => [row.weeks, row.together ?? 0]))
  const mean = (one: PressureAnswer) => ({ mean: one.mean.toLocaleString(language), most: number(one.most) })
  if (rows.length === 0) return <p className={classes.none}>{t('backtest.noPressure')}</p>
  return (
    <>
      <p className={classes.none}>
        {t('backtest.mean', mean(pressure))} {together && t('backtest.meanTogether', mean(together))}
      </p>
      {together && (
        <p className={classes.key}>
          <span data-alone>{t('backtest.thisAlone')}</span>
          <span data-together>{t('backtest.allTogether')}</span>
        </p>
      )}
      <ul className={classes.pressure}>
        {rows.map((row) => (
          <li key={row.messages}>
            <span>{t(row.more ? 'backtest.perWeekMore' : 'backtest.perWeek', { count: row.messages })}</span>
            <span className={classes.track}>
              <span className={classes.bar} style={{ inlineSize: `${(100 * row.weeks) / most}%` }} />
              {row.together !== null && (
                <span
                  className={classes.bar}
                  data-together
                  style={{ inlineSize: `${(100 * row.together) / most}%` }}
                />
              )}
            </span>
            <span data-numbers>
              {number(row.weeks)}
              {row.together !== null && <span className={classes.second}>{number(row.together)}</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
