import { Button, Checkbox, Progress, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
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

/** Starts a replay over a period, shows how far it has come, and stops it. */
export function BacktestRun({ name, job, again }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const path = { key: name }
  const onSettled = () => queries.invalidateQueries({ queryKey: readBacktestQueryKey({ path }) })
  const start = useMutation({ ...runBacktestMutation(), onSettled })
  const [first, setFirst] = useState('')
  const [last, setLast] = useState('')
  const [strict, setStrict] = useState(false)
  const [simulate, setSimulate] = useState(false)
  const [opened, setOpened] = useState('')
  const [clicked, setClicked] = useState('')
  if (job?.state === 'running') return <Running name={name} job={job} onSettled={onSettled} />
  const turned = first !== '' && last !== '' && first > last
  const reactions = simulate ? { opened: share(opened), clicked: share(clicked) } : null
  const body = { first_day: first || null, last_day: last || null, strict_consent: strict, reactions }
  return (
    <form
      className={classes.running}
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate({ path, body })
      }}
    >
      <details className={classes.options}>
        <summary>{t('backtest.options')}</summary>
        <div className={classes.asked}>
          <div className={classes.days}>
            <TextInput
              type="date"
              size="xs"
              label={t('backtest.firstDay')}
              value={first}
              onChange={(event) => setFirst(event.currentTarget.value)}
            />
            <TextInput
              type="date"
              size="xs"
              label={t('backtest.lastDay')}
              value={last}
              error={turned ? t('backtest.turned') : undefined}
              onChange={(event) => setLast(event.currentTarget.value)}
            />
          </div>
          <p className={classes.faint}>{t('backtest.wholePeriod')}</p>
          <Checkbox
            size="xs"
            label={t('backtest.strictAsk')}
            checked={strict}
            onChange={(event) => setStrict(event.currentTarget.checked)}
          />
          <Checkbox
            size="xs"
            label={t('backtest.simulate')}
            checked={simulate}
            onChange={(event) => setSimulate(event.currentTarget.checked)}
          />
          {simulate && (
            <>
              <div className={classes.days}>
                <Rate label={t('backtest.rates.opened')} value={opened} set={setOpened} />
                <Rate label={t('backtest.rates.clicked')} value={clicked} set={setClicked} />
              </div>
              <p className={classes.faint}>{t('backtest.asBefore')}</p>
            </>
          )}
        </div>
      </details>
      <Button
        type="submit"
        leftSection={<Play />}
        loading={start.isPending}
        disabled={turned}
        variant={again ? 'default' : 'filled'}
      >
        {t(again ? 'backtest.again' : 'backtest.run')}
      </Button>
      {job?.state === 'cancelled' && <p className={classes.faint}>{t('backtest.cancelled')}</p>}
      {job?.state === 'failed' && (
        <p role="alert" className={classes.failed}>
          {t('backtest.failed', { why: job.error })}
        </p>
      )}
    </form>
  )
}

/** A share of the sent messages, in percent. */
function Rate({ label, value, set }: { label: string; value: string; set: (value: string) => void }) {
  return (
    <TextInput
      type="number"
      size="xs"
      min={0}
      max={100}
      step="any"
      label={label}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
    />
  )
}

const share = (percent: string) => (percent === '' ? null : Number(percent) / 100)

/** How far the replay has come, and the button that stops it. */
function Running({ name, job, onSettled }: { name: string; job: JobAnswer; onSettled: () => void }) {
  const { t } = useTranslation()
  const { percent } = useWriting()
  const stop = useMutation({ ...stopBacktestMutation(), onSettled })
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
      <Button
        size="xs"
        variant="default"
        loading={stop.isPending}
        onClick={() => stop.mutate({ path: { key: name } })}
      >
        {t('backtest.stop')}
      </Button>
    </div>
  )
}
