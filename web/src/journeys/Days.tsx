import { useTranslation } from 'react-i18next'
import type { DayAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Days.module.css'
import { type Bar, type Chart, charts } from './days.shape'

/** When messages would have left: a bar for each day, or for a stretch of days when there are many. */
export function Days({ days }: { days: DayAnswer[] }) {
  const { t } = useTranslation()
  const found = charts(days)
  if (found.length === 0) return <p className={classes.none}>{t('backtest.noPressure')}</p>
  return (
    <div className={classes.charts}>
      {found.map((chart) => (
        <DayChart key={chart.channel} chart={chart} named={found.length > 1} />
      ))}
    </div>
  )
}

function DayChart({ chart, named }: { chart: Chart; named: boolean }) {
  const { t } = useTranslation()
  const { number, instant } = useWriting()
  const day = (text: string) => instant(`${text}T12:00:00Z`, 'day')
  const span = (bar: Bar) =>
    chart.step === 1 ? day(bar.from) : t('backtest.span', { from: day(bar.from), to: day(bar.to) })
  const top = chart.bars.find((bar) => bar.messages === chart.most)
  const told = t(chart.step === 1 ? 'backtest.mostInDay' : 'backtest.mostInDays', {
    count: chart.most,
    most: number(chart.most),
    when: top ? span(top) : '',
  })
  return (
    <figure className={classes.chart}>
      <figcaption>
        {named && <b>{chart.channel} · </b>}
        {told}
      </figcaption>
      <div className={classes.bars} aria-hidden="true">
        {chart.bars.map((bar) => (
          <span key={bar.from} className={classes.slot} title={`${span(bar)} : ${number(bar.messages)}`}>
            <span style={{ blockSize: `${(100 * bar.messages) / Math.max(1, chart.most)}%` }} />
          </span>
        ))}
      </div>
      <div className={classes.ends} aria-hidden="true">
        <span>{day(chart.bars[0]?.from ?? '')}</span>
        <span>{day(chart.bars.at(-1)?.to ?? '')}</span>
      </div>
      <details className={classes.table}>
        <summary>{t('backtest.asTable')}</summary>
        <table>
          <tbody>
            {chart.bars
              .filter((bar) => bar.messages > 0)
              .map((bar) => (
                <tr key={bar.from}>
                  <th scope="row">{span(bar)}</th>
                  <td>{number(bar.messages)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
