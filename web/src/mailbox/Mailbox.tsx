import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Back } from '../ui/icons'
import { SearchField } from '../ui/SearchField'
import { Mail } from './Mail'
import classes from './Mailbox.module.css'
import { MailList } from './MailList'

type Props = { search: string; open: number | undefined; onSearch: (text: string) => void }

/** The list beside the mail one reads; on a phone, one or the other. */
export function Mailbox({ search, open, onSearch }: Props) {
  const { t } = useTranslation()
  return (
    <div className={classes.mailbox} data-reading={open ? true : undefined}>
      <section className={classes.list} aria-label={t('mailbox.list')}>
        <div className={classes.search}>
          <SearchField label={t('mailbox.search')} value={search} onSearch={onSearch} />
        </div>
        <MailList search={search} open={open} />
      </section>
      <section className={classes.reading} aria-label={t('mailbox.reading')}>
        {open ? (
          <>
            <Link to="/mailbox" search={search ? { search } : {}} className={classes.back}>
              <Back /> {t('mailbox.back')}
            </Link>
            <Mail key={open} id={open} />
          </>
        ) : (
          <p className={classes.choose}>{t('mailbox.choose')}</p>
        )}
      </section>
    </div>
  )
}
