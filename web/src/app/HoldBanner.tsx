import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { readSendingOptions } from '../api/@tanstack/react-query.gen'
import { useWriting } from '../ui/language'
import classes from './HoldBanner.module.css'

/** Says on every screen that nothing is sent at present, and where to change that. */
export function HoldBanner() {
  const { t } = useTranslation()
  const { number } = useWriting()
  const sending = useQuery({ ...readSendingOptions(), refetchInterval: 10_000 })
  if (!sending.data?.hold) return null
  const waiting = sending.data.planned
  return (
    <section className={classes.banner} aria-label={t('shell.notice')}>
      <p role="status">
        <strong>{t('shell.onHold')}</strong> {t('shell.waiting', { count: waiting, shown: number(waiting) })}
      </p>
      <Link to="/messages" search={{ view: 'waiting' }}>
        {t('shell.lookAtMessages')}
      </Link>
    </section>
  )
}
