import { useTranslation } from 'react-i18next'
import type { CompanyAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Backtest.module.css'

type Props = { company: CompanyAnswer | null; sent: number }

/** The other journeys that were live then: what each loses, and whom both would have written to within a day. */
export function Company({ company, sent }: Props) {
  const { t } = useTranslation()
  const { words, number } = useWriting()
  if (company === null || company.journeys.length === 0)
    return <p className={classes.none}>{t('backtest.noOthers')}</p>
  const lost = company.sent_alone - sent
  return (
    <>
      <p className={classes.none}>
        {t(lost > 0 ? 'backtest.lostToOthers' : 'backtest.nothingLost', {
          count: lost,
          lost: number(lost),
          alone: number(company.sent_alone),
        })}
      </p>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('backtest.other')}</th>
            <th scope="col">{t('backtest.otherSent')}</th>
            <th scope="col">{t('backtest.otherWithout')}</th>
            <th scope="col">{t('backtest.near')}</th>
            <th scope="col">{t('backtest.nearPeople')}</th>
          </tr>
        </thead>
        <tbody>
          {company.journeys.map((other) => (
            <tr key={other.key}>
              <th scope="row">{words(other.title)}</th>
              <td data-label={t('backtest.otherSent')}>{number(other.sent)}</td>
              <td data-label={t('backtest.otherWithout')}>{number(other.sent_without)}</td>
              <td data-label={t('backtest.near')}>{number(other.within_a_day)}</td>
              <td data-label={t('backtest.nearPeople')}>{number(other.people)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}
