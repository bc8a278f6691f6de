import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { readJourneysOptions } from '../api/@tanstack/react-query.gen'
import { JourneyList } from '../journeys/JourneyList'
import { Page } from '../ui/Page'
import { Empty, Failure, Loading } from '../ui/States'

export function JourneysRoute() {
  const { t } = useTranslation()
  const read = useQuery({ ...readJourneysOptions(), refetchInterval: 4_000 })
  return (
    <Page title={t('journeys.title')} lead={t('journeys.lead')}>
      {read.isPending && <Loading />}
      {read.isError && <Failure error={read.error} retry={() => void read.refetch()} />}
      {read.data?.journeys.length === 0 && (
        <Empty title={t('journeys.none')}>
          {t('journeys.noneMore')} <Link to="/connect">{t('overview.connect')}</Link>
        </Empty>
      )}
      {read.data && read.data.journeys.length > 0 && <JourneyList journeys={read.data.journeys} />}
    </Page>
  )
}
