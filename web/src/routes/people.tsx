import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { PeopleList } from '../people/PeopleList'
import { Page } from '../ui/Page'
import { SearchField } from '../ui/SearchField'

const here = getRouteApi('/gate/people')

export function PeopleRoute() {
  const { t } = useTranslation()
  const { search = '' } = here.useSearch()
  const navigate = here.useNavigate()
  return (
    <Page
      title={t('people.title')}
      actions={
        <SearchField
          label={t('people.search')}
          value={search}
          onSearch={(text) => void navigate({ search: text ? { search: text } : {}, replace: true })}
        />
      }
    >
      <PeopleList search={search} />
    </Page>
  )
}
