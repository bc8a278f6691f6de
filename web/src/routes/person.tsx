import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { readPersonOptions } from '../api/@tanstack/react-query.gen'
import { Profile } from '../people/Profile'
import { Timeline } from '../people/Timeline'
import { Page } from '../ui/Page'
import { Failure, Loading } from '../ui/States'
import classes from './person.module.css'

const here = getRouteApi('/gate/people/$id')

export function PersonRoute() {
  const { t } = useTranslation()
  const { id } = here.useParams()
  const read = useQuery({ ...readPersonOptions({ path: { public_id: id } }), refetchInterval: 5_000 })
  const title = read.data ? read.data.person.name || t('people.anonymous') : t('people.title')
  return (
    <Page title={title} above={<Link to="/people">{t('people.title')}</Link>}>
      {read.isPending && <Loading />}
      {read.isError && <Failure error={read.error} retry={() => void read.refetch()} />}
      {read.data && (
        <div className={classes.person}>
          <Profile profile={read.data} />
          <Timeline id={id} />
        </div>
      )}
    </Page>
  )
}
