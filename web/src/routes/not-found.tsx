import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../ui/Page'
import { Empty } from '../ui/States'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <main>
      <Page title={t('notFound.title')}>
        <Empty title={t('notFound.more')}>
          <Link to="/">{t('notFound.home')}</Link>
        </Empty>
      </Page>
    </main>
  )
}
