import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { HoldButton } from '../sending/HoldButton'
import { Messages } from '../sending/Messages'
import { viewOf } from '../sending/states.shape'
import { Page } from '../ui/Page'

const here = getRouteApi('/gate/messages')

export function MessagesRoute() {
  const { t } = useTranslation()
  const { view } = here.useSearch()
  return (
    <Page title={t('messages.title')} lead={t('messages.lead')} actions={<HoldButton />} wide>
      <Messages view={viewOf(view)} />
    </Page>
  )
}
