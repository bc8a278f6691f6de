import { useMediaQuery } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { readPeopleInfiniteOptions } from '../api/@tanstack/react-query.gen'
import type { PersonAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import { Empty, Failure, Loading } from '../ui/States'
import { When } from '../ui/When'
import classes from './PeopleList.module.css'

const ROW = { desk: 46, phone: 58 }

/** People, read page by page as one scrolls; only the rows in sight exist. */
export function PeopleList({ search }: { search: string }) {
  const { t } = useTranslation()
  const { number } = useWriting()
  const list = useInfiniteQuery({
    ...readPeopleInfiniteOptions({ query: { search, limit: 100 } }),
    initialPageParam: {},
    getNextPageParam: (last) => (last.next ? { query: { after: last.next } } : undefined),
  })
  const people = list.data?.pages.flatMap((page) => page.people) ?? []
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const height = narrow ? ROW.phone : ROW.desk
  const frame = useRef<HTMLDivElement>(null)
  const rows = useWindowVirtualizer({
    count: people.length,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: frame.current?.offsetTop ?? 0,
    getItemKey: (index) => people[index]?.id ?? index,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= people.length - 20) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, people.length])

  if (list.isPending) return <Loading lines={10} />
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />
  const total = list.data.pages[0]?.total ?? 0
  if (people.length === 0)
    return (
      <Empty title={search ? t('people.noneFound') : t('people.none')}>{!search && <FirstPeople />}</Empty>
    )
  return (
    <>
      <p className={classes.total} aria-live="polite">
        {search && !hasNextPage
          ? t('people.found', { count: people.length })
          : t('people.total', { count: total, shown: number(total) })}
      </p>
      <div className={classes.names} aria-hidden="true">
        <span>{t('people.name')}</span>
        <span>{t('people.email')}</span>
        <span>{t('people.stage')}</span>
        <span>{t('people.lastSeen')}</span>
      </div>
      <div ref={frame} className={classes.frame} style={{ height: rows.getTotalSize() }}>
        <ul className={classes.list}>
          {shown.map((row) => {
            const person = people[row.index]
            if (!person) return null
            const top = row.start - rows.options.scrollMargin
            return (
              <li
                key={row.key}
                className={classes.row}
                style={{ height, transform: `translateY(${top}px)` }}
                aria-setsize={hasNextPage ? -1 : people.length}
                aria-posinset={row.index + 1}
              >
                <PersonRow person={person} />
              </li>
            )
          })}
        </ul>
      </div>
    </>
  )
}

function FirstPeople() {
  const { t } = useTranslation()
  return <Link to="/connect">{t('people.bring')}</Link>
}

function PersonRow({ person }: { person: PersonAnswer }) {
  const { t } = useTranslation()
  const { words } = useWriting()
  return (
    <>
      <Link to="/people/$id" params={{ id: person.id }} className={classes.link}>
        {person.name || t('people.anonymous')}
      </Link>
      <span className={classes.email}>{person.email || person.user_id || '–'}</span>
      <span className={classes.stage}>{words(person.stage_title) || '–'}</span>
      <span className={classes.seen}>
        {person.last_seen ? <When at={person.last_seen} shape="day" /> : '–'}
      </span>
    </>
  )
}
