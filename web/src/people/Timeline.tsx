import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readTimelineInfiniteOptions } from '../api/@tanstack/react-query.gen'
import { useWriting } from '../ui/language'
import { Section } from '../ui/Section'
import { Empty, Failure, Loading } from '../ui/States'
import { Moment } from './Moment'
import classes from './Timeline.module.css'
import { byDay, type Filter, only } from './timeline.shape'

const filters = ['all', 'event', 'decision', 'message'] as const

/** Everything that happened to one person, day by day, newest first. */
export function Timeline({ id }: { id: string }) {
  const { t } = useTranslation()
  const { zone, instant } = useWriting()
  const [filter, setFilter] = useState<Filter>('all')
  const read = useInfiniteQuery({
    ...readTimelineInfiniteOptions({ path: { public_id: id }, query: { limit: 100 } }),
    initialPageParam: { path: { public_id: id } },
    getNextPageParam: (last) =>
      last.next ? { path: { public_id: id }, query: { before: last.next } } : undefined,
    refetchInterval: 5_000,
  })
  const moments = only(read.data?.pages.flatMap((page) => page.moments) ?? [], filter)
  return (
    <Section title={t('people.timeline')}>
      <SegmentedControl
        size="xs"
        className={classes.filter ?? ''}
        aria-label={t('people.filter')}
        value={filter}
        onChange={(value) => setFilter(filters.find((one) => one === value) ?? 'all')}
        data={filters.map((one) => ({ value: one, label: t(`people.show.${one}`) }))}
      />
      {read.isPending && <Loading />}
      {read.isError && <Failure error={read.error} retry={() => void read.refetch()} />}
      {read.isSuccess && moments.length === 0 && <Empty title={t('people.nothing')} />}
      {byDay(moments, zone).map((day) => (
        <div key={day.day} className={classes.day}>
          <h3 className={classes.date}>{instant(day.at, 'weekday')}</h3>
          <ol className={classes.list}>
            {day.moments.map((moment) => (
              <Moment key={moment.key} moment={moment} />
            ))}
          </ol>
        </div>
      ))}
      {read.hasNextPage && (
        <Button variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('people.earlier')}
        </Button>
      )}
    </Section>
  )
}
