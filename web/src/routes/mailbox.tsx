import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Mailbox } from '../mailbox/Mailbox'
import { Page } from '../ui/Page'

const here = getRouteApi('/gate/mailbox')

export function MailboxRoute() {
  const { t } = useTranslation()
  const { search = '', mail } = here.useSearch()
  const navigate = here.useNavigate()
  return (
    <Page title={t('mailbox.title')} wide>
      <Mailbox
        search={search}
        open={mail}
        onSearch={(text) => void navigate({ search: text ? { search: text } : {}, replace: true })}
      />
    </Page>
  )
}
