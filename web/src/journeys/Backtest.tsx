import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { readBacktestOptions } from '../api/@tanstack/react-query.gen'
import { Empty, Failure, Loading } from '../ui/States'
import classes from './Backtest.module.css'
import { BacktestReport } from './BacktestReport'
import { BacktestRun } from './BacktestRun'

/** What the journey would have done with the events that are stored; said plainly, what this can and cannot tell. */
export function Backtest({ name }: { name: string }) {
  const { t } = useTranslation()
  const read = useQuery({
    ...readBacktestOptions({ path: { key: name } }),
    refetchInterval: ({ state }) => (state.data?.job?.state === 'running' ? 700 : 15_000),
  })
  if (read.isPending) return <Loading />
  if (read.isError) return <Failure error={read.error} retry={() => void read.refetch()} />
  const { job, report } = read.data
  return (
    <div className={classes.backtest}>
      <div className={classes.head}>
        <p className={classes.honest}>{t('backtest.honest')}</p>
        <BacktestRun name={name} job={job} again={report !== null} />
      </div>
      {report ? (
        <BacktestReport report={report} />
      ) : (
        <Empty title={t('backtest.none')}>{t('backtest.noneMore')}</Empty>
      )}
    </div>
  )
}
