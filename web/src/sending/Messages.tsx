import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { readMessagesOptions } from '../api/@tanstack/react-query.gen'
import { useWriting } from '../ui/language'
import { MessageList } from './MessageList'
import classes from './Messages.module.css'
import { countOf, VIEW_NAMES, type View } from './states.shape'

/** Messages by where they stand; those that wait for a decision come with what to decide. */
export function Messages({ view }: { view: View }) {
  const { t } = useTranslation()
  const { number } = useWriting()
  const counted = useQuery({ ...readMessagesOptions({ query: { limit: 1 } }), refetchInterval: 5_000 })
  const counts = counted.data?.counts
  return (
    <>
      <nav aria-label={t('messages.filter')} className={classes.views}>
        {VIEW_NAMES.map((name) => (
          <Link
            key={name}
            to="/messages"
            search={name === 'all' ? {} : { view: name }}
            className={classes.view}
            activeOptions={{ exact: true }}
            aria-current={name === view ? 'page' : undefined}
            resetScroll={false}
          >
            {t(`messages.view.${name}`)}
            {counts && <span className={classes.count}>{number(countOf(name, counts))}</span>}
          </Link>
        ))}
      </nav>
      {view === 'uncertain' && <p className={classes.explained}>{t('messages.explained')}</p>}
      <MessageList key={view} view={view} />
    </>
  )
}
