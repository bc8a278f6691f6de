import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { readJourneyOptions } from '../api/@tanstack/react-query.gen'
import { JourneyPage } from '../journeys/JourneyPage'
import { useWriting } from '../ui/language'
import { Page } from '../ui/Page'
import { Failure, Loading } from '../ui/States'

const here = getRouteApi('/gate/journeys/$key')

export function JourneyRoute() {
  const { t } = useTranslation()
  const { words } = useWriting()
  const { key } = here.useParams()
  const { tab, step } = here.useSearch()
  const navigate = here.useNavigate()
  const read = useQuery({ ...readJourneyOptions({ path: { key } }), refetchInterval: 2_500 })
  const above = <Link to="/journeys">{t('journeys.title')}</Link>
  if (!read.data)
    return (
      <Page title={key} above={above}>
        {read.isError ? <Failure error={read.error} retry={() => void read.refetch()} /> : <Loading />}
      </Page>
    )
  return (
    <JourneyPage
      title={words(read.data.journey.title)}
      above={above}
      journey={read.data}
      tab={tab ?? 'flow'}
      step={step}
      onTab={(wanted) =>
        void navigate({ search: wanted === 'backtest' ? { tab: wanted } : {}, resetScroll: false })
      }
      onStep={(wanted) =>
        void navigate({ search: wanted ? { step: wanted } : {}, replace: true, resetScroll: false })
      }
    />
  )
}
