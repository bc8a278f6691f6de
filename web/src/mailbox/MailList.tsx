import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { readMailboxInfiniteOptions } from '../api/@tanstack/react-query.gen'
import { Envelope } from '../ui/icons'
import { Empty, Failure, Loading } from '../ui/States'
import { When } from '../ui/When'
import classes from './MailList.module.css'

type Props = { search: string; open: number | undefined }

/** Mails, newest first, a hundred at a time. */
export function MailList({ search, open }: Props) {
  const { t } = useTranslation()
  const list = useInfiniteQuery({
    ...readMailboxInfiniteOptions({ query: { search, limit: 100 } }),
    initialPageParam: {},
    getNextPageParam: (last) => (last.next ? { query: { before: last.next } } : undefined),
    refetchInterval: 4_000,
  })
  if (list.isPending) return <Loading lines={8} />
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />
  const mails = list.data.pages.flatMap((page) => page.mails)
  if (mails.length === 0)
    return (
      <Empty icon={<Envelope />} title={t(search ? 'mailbox.noneFound' : 'mailbox.none')}>
        {!search && t('mailbox.noneYet')}
      </Empty>
    )
  return (
    <>
      <ul className={classes.list}>
        {mails.map((mail) => (
          <li key={mail.id}>
            <Link
              to="/mailbox"
              search={{ mail: mail.id, ...(search ? { search } : {}) }}
              className={classes.mail}
              aria-current={mail.id === open ? 'true' : undefined}
              resetScroll={false}
            >
              <span className={classes.person}>{mail.person || mail.recipient}</span>
              <span className={classes.at}>
                <When at={mail.at} />
              </span>
              <span className={classes.subject}>{mail.subject || t('mailbox.noSubject')}</span>
            </Link>
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button
          fullWidth
          variant="subtle"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('mailbox.earlier')}
        </Button>
      )}
    </>
  )
}
