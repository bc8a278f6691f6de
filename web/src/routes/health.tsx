import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { readStateOptions } from '../api/@tanstack/react-query.gen'
import { Health } from '../health/Health'
import { Page } from '../ui/Page'
import { Failure, Loading } from '../ui/States'

export function HealthRoute() {
  const { t } = useTranslation()
  const read = useQuery({ ...readStateOptions(), refetchInterval: 5_000 })
  return (
    <Page title={t('health.title')} lead={t('health.lead')}>
      {read.isPending && <Loading />}
      {read.isError && <Failure error={read.error} retry={() => void read.refetch()} />}
      {read.data && <Health state={read.data} />}
    </Page>
  )
}
