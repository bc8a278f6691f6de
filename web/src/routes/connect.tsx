import { useTranslation } from 'react-i18next'
import { Connect } from '../start/Connect'
import { Page } from '../ui/Page'

export function ConnectRoute() {
  const { t } = useTranslation()
  return (
    <Page title={t('connect.title')} lead={t('connect.lead')}>
      <Connect />
    </Page>
  )
}
