import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { readKeysOptions } from '../api/@tanstack/react-query.gen'
import { Copyable } from '../ui/Copyable'
import { Failure, Loading } from '../ui/States'
import classes from './Connect.module.css'

/** What to do next with an empty workspace: a first event, a first journey and its mail, then one's site and what one has. */
export function Connect() {
  const { t } = useTranslation()
  const read = useQuery(readKeysOptions())
  if (read.isPending) return <Loading />
  if (read.isError) return <Failure error={read.error} retry={() => void read.refetch()} />
  const keys = read.data
  return (
    <ol className={classes.steps}>
      <li>
        <h2>{t('connect.keyTitle')}</h2>
        <p>{t('connect.keyMore')}</p>
        <Copyable label={t('connect.key')} text={keys.write_key ?? t('connect.noKey')} />
        <Copyable label={t('connect.address')} text={keys.address} />
      </li>
      <li>
        <h2>{t('connect.tryTitle')}</h2>
        <p>{t('connect.tryMore')}</p>
        <Copyable label={t('connect.terminal')} text={keys.curl} />
      </li>
      <li>
        <h2>{t('connect.journeyTitle')}</h2>
        <p>{t('connect.journeyMore')}</p>
        <Copyable label="thank-you-mail.yaml" text={keys.template} />
        <Copyable label="thank-you.yaml" text={keys.journey} />
        <Copyable label={t('connect.terminal')} text={keys.publish_commands} />
        <p>{t('connect.journeyThen')}</p>
      </li>
      <li>
        <h2>{t('connect.siteTitle')}</h2>
        <p>{t('connect.siteMore')}</p>
        <Copyable label={t('connect.snippet')} text={keys.snippet} />
      </li>
      <li>
        <h2>{t('connect.importTitle')}</h2>
        <p>{t('connect.importMore')}</p>
        <Copyable label={t('connect.terminal')} text={keys.import_command} />
      </li>
    </ol>
  )
}
