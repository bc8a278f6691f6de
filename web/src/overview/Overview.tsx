import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { readOverviewOptions } from '../api/@tanstack/react-query.gen'
import type { OverviewAnswer } from '../api/types.gen'
import { type Figure, Figures } from '../ui/Figures'
import { useWriting } from '../ui/language'
import { Page } from '../ui/Page'
import { Empty, Failure, Loading } from '../ui/States'
import { DemoClock } from './DemoClock'
import { LatestEvents, LatestMails } from './Latest'
import classes from './Overview.module.css'
import { StageStrip } from './StageStrip'

const EVERY = 1_500

/** The first screen: people on their way, and what just happened; `first` is what to do while there is nobody. */
export function Overview({ first }: { first: ReactNode }) {
  const { t } = useTranslation()
  const read = useQuery({ ...readOverviewOptions(), refetchInterval: EVERY })
  const clock = read.data?.clock
  return (
    <Page title={t('overview.title')} actions={clock?.demo && <DemoClock clock={clock} />}>
      {read.isPending && <Loading lines={8} />}
      {read.isError && <Failure error={read.error} retry={() => void read.refetch()} />}
      {read.data && <Content overview={read.data} first={first} />}
    </Page>
  )
}

function Content({ overview, first }: { overview: OverviewAnswer; first: ReactNode }) {
  const { t } = useTranslation()
  const figures = useFigures(overview)
  if (overview.counts.contacts === 0)
    return (
      <div className={classes.first}>
        <Empty title={t('overview.empty')}>{t('overview.emptyMore')}</Empty>
        {first}
      </div>
    )
  return (
    <div className={classes.content}>
      {overview.stages.length > 0 && (
        <StageStrip stages={overview.stages} moves={overview.moves} every={EVERY} />
      )}
      <Figures figures={figures} />
      <div className={classes.latest}>
        <LatestEvents events={overview.events} />
        <LatestMails mails={overview.mails} />
      </div>
    </div>
  )
}

function useFigures({ counts }: OverviewAnswer): Figure[] {
  const { t } = useTranslation()
  const { number } = useWriting()
  const waiting = (counts.messages.planned ?? 0) + (counts.messages.claimed ?? 0)
  return [
    { label: t('overview.people'), value: number(counts.contacts) },
    { label: t('overview.events'), value: number(counts.events) },
    { label: t('overview.runs'), value: number(counts.runs) },
    {
      label: t('overview.mails'),
      value: number(counts.mails),
      ...(waiting > 0 ? { note: t('overview.waiting', { count: waiting, shown: number(waiting) }) } : {}),
    },
  ]
}
