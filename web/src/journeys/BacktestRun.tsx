import { Button, Progress } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  readBacktestQueryKey,
  runBacktestMutation,
  stopBacktestMutation,
} from '../api/@tanstack/react-query.gen'
import type { JobAnswer } from '../api/types.gen'
import { Play } from '../ui/icons'
import { useWriting } from '../ui/language'
import classes from './Backtest.module.css'

type Props = { name: string; job: JobAnswer | null; again: boolean }

/** Starts a replay, shows how far it has come, and stops it. */
export function BacktestRun({ name, job, again }: Props) {
  const { t } = useTranslation()
  const { percent } = useWriting()
  const queries = useQueryClient()
  const path = { key: name }
  const onSettled = () => queries.invalidateQueries({ queryKey: readBacktestQueryKey({ path }) })
  const start = useMutation({ ...runBacktestMutation(), onSettled })
  const stop = useMutation({ ...stopBacktestMutation(), onSettled })
  if (job?.state === 'running')
    return (
      <div className={classes.running} aria-live="polite">
        <span className={classes.progress}>
          {job.total > 0
            ? t('backtest.progress', { part: percent(job.done, job.total) })
            : t('backtest.running')}
        </span>
        <Progress
          value={job.total > 0 ? (100 * job.done) / job.total : 100}
          animated={job.total === 0}
          aria-label={t('backtest.running')}
          w="100%"
        />
        <Button size="xs" variant="default" onClick={() => stop.mutate({ path })}>
          {t('backtest.stop')}
        </Button>
      </div>
    )
  return (
    <div className={classes.running}>
      <Button
        leftSection={<Play />}
        loading={start.isPending}
        variant={again ? 'default' : 'filled'}
        onClick={() => start.mutate({ path, body: {} })}
      >
        {t(again ? 'backtest.again' : 'backtest.run')}
      </Button>
      {job?.state === 'failed' && (
        <p role="alert" className={classes.failed}>
          {t('backtest.failed', { why: job.error })}
        </p>
      )}
    </div>
  )
}
