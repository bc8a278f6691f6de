import { useInfiniteQuery } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { readMessagesInfiniteOptions } from '../api/@tanstack/react-query.gen'
import { Empty, Failure, Loading } from '../ui/States'
import classes from './MessageList.module.css'
import { MessageRow } from './MessageRow'
import { VIEWS, type View } from './states.shape'

const ROW = 64

/** Messages of one view, read page by page as one scrolls; only the rows in sight exist. */
export function MessageList({ view }: { view: View }) {
  const { t } = useTranslation()
  const list = useInfiniteQuery({
    ...readMessagesInfiniteOptions({ query: { state: [...VIEWS[view]], limit: 100 } }),
    initialPageParam: {},
    getNextPageParam: (last) => (last.next ? { query: { before: last.next } } : undefined),
    // Once one has scrolled on, rows stay where they are.
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 0) > 1 ? false : 4_000),
  })
  const messages = list.data?.pages.flatMap((page) => page.messages) ?? []
  const frame = useRef<HTMLDivElement>(null)
  const rows = useWindowVirtualizer({
    count: messages.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: frame.current?.offsetTop ?? 0,
    getItemKey: (index) => messages[index]?.id ?? index,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= messages.length - 20) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, messages.length])

  if (list.isPending) return <Loading lines={10} />
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />
  if (messages.length === 0) return <Empty title={t(`messages.none.${view}`)} />
  return (
    <div ref={frame} className={classes.frame} style={{ height: rows.getTotalSize() }}>
      <ul className={classes.list}>
        {shown.map((row) => {
          const message = messages[row.index]
          if (!message) return null
          return (
            <li
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className={classes.row}
              style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
              aria-setsize={hasNextPage ? -1 : messages.length}
              aria-posinset={row.index + 1}
            >
              <MessageRow message={message} />
            </li>
          )
        })}
      </ul>
    </div>
  )
}
