import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { readOverviewQueryKey, setClockMutation } from '../api/@tanstack/react-query.gen'
import type { ClockAnswer } from '../api/types.gen'
import { Pause, Play } from '../ui/icons'
import { useWriting } from '../ui/language'
import { faster, progress } from './clock.shape'
import classes from './DemoClock.module.css'

/** The demo's clock: the day it is there, how far the replay has come, and its levers. */
export function DemoClock({ clock }: { clock: ClockAnswer }) {
  const { t } = useTranslation()
  const { instant, number } = useWriting()
  const queries = useQueryClient()
  const set = useMutation({
    ...setClockMutation(),
    onSuccess: () => queries.invalidateQueries({ queryKey: readOverviewQueryKey() }),
  })
  const done = progress(clock)
  const next = faster(clock.speed)
  return (
    <section className={classes.clock} aria-label={t('overview.clock')}>
      <div className={classes.now}>
        <time dateTime={clock.now} className={classes.day}>
          {instant(clock.now, 'weekday')}
        </time>
        <span className={classes.time}>{instant(clock.now, 'time')}</span>
      </div>
      <div
        className={classes.line}
        role="progressbar"
        aria-label={t('overview.replayed')}
        aria-valuenow={Math.round(100 * done)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ inlineSize: `${100 * done}%` }} />
      </div>
      <div className={classes.levers}>
        <Button
          size="xs"
          variant={clock.paused ? 'filled' : 'default'}
          leftSection={clock.paused ? <Play /> : <Pause />}
          disabled={done >= 1}
          onClick={() => set.mutate({ body: { paused: !clock.paused } })}
        >
          {t(clock.paused ? 'overview.resume' : 'overview.pause')}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={done >= 1}
          onClick={() => set.mutate({ body: { speed: next } })}
        >
          {t(next > clock.speed ? 'overview.faster' : 'overview.slower')}
        </Button>
        <span className={classes.speed}>
          {done >= 1
            ? t('overview.ended')
            : t('overview.speed', { seconds: number(Math.round((10 * 86_400) / clock.speed) / 10) })}
        </span>
      </div>
    </section>
  )
}
