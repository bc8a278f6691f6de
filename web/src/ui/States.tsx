import { Button, Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './States.module.css'

/** Something is being read. Told once to those who listen, shown as grey lines to those who look. */
export function Loading({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation()
  return (
    <div role="status" className={classes.loading}>
      <span className={classes.hidden}>{t('ui.loading')}</span>
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <Skeleton key={line} height={14} width={`${92 - ((line * 17) % 40)}%`} />
      ))}
    </div>
  )
}

/** What the server said when it refused, in its words; else that it could not be reached. */
function detailOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'detail' in error && typeof error.detail === 'string'
    ? error.detail
    : null
}

/** Something could not be read: why, and a way to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation()
  return (
    <div role="alert" className={classes.failure}>
      <strong>{t('ui.failure')}</strong>
      <span>{detailOf(error) ?? t('ui.unreachable')}</span>
      {retry && (
        <Button variant="default" size="xs" onClick={retry}>
          {t('ui.retry')}
        </Button>
      )}
    </div>
  )
}

/** Nothing is here yet: what will be, and what to do for it. */
export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className={classes.empty}>
      {icon && <div className={classes.icon}>{icon}</div>}
      <strong>{title}</strong>
      {children && <div className={classes.more}>{children}</div>}
    </div>
  )
}
