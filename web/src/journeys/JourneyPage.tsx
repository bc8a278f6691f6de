import { Button, Tabs } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { JourneyAnswer } from '../api/types.gen'
import { Figures } from '../ui/Figures'
import { Pause, Play } from '../ui/icons'
import { useWriting } from '../ui/language'
import { Page } from '../ui/Page'
import { Pill } from '../ui/Pill'
import { Backtest } from './Backtest'
import { Flow } from './Flow'
import classes from './JourneyPage.module.css'
import { statusOf } from './status'
import { usePausing } from './usePausing'

type Tab = 'flow' | 'backtest'
type Props = {
  title: string
  above: ReactNode
  journey: JourneyAnswer
  tab: Tab
  step: string | undefined
  onTab: (tab: Tab) => void
  onStep: (step: string | undefined) => void
}

/** One journey: what flows through it now, and what it would have done. */
export function JourneyPage({ title, above, journey, tab, step, onTab, onStep }: Props) {
  const { t } = useTranslation()
  const { number } = useWriting()
  const row = journey.journey
  const status = statusOf(row.status)
  return (
    <Page
      title={title}
      above={above}
      lead={
        <span className={classes.lead}>
          <Pill tone={status.tone}>{t(status.key)}</Pill>
          {row.version > 0 ? t('journeys.version', { version: row.version }) : t('journeys.neverPublished')}
        </span>
      }
      actions={<PauseButton name={row.key} status={row.status} />}
      wide
    >
      <Tabs value={tab} onChange={(value) => onTab(value === 'backtest' ? 'backtest' : 'flow')}>
        <Tabs.List>
          <Tabs.Tab value="flow">{t('journeys.flow')}</Tabs.Tab>
          <Tabs.Tab value="backtest">{t('journeys.backtest')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="flow" className={classes.panel ?? ''}>
          <Figures
            figures={(['entered', 'live', 'sent', 'goals'] as const).map((name) => ({
              label: t(`journeys.${name}`),
              value: number(row[name]),
            }))}
          />
          <Flow journey={journey} step={step} choose={onStep} />
        </Tabs.Panel>
        <Tabs.Panel value="backtest">
          <Backtest name={row.key} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

function PauseButton({ name, status }: { name: string; status: string }) {
  const { t } = useTranslation()
  const { pause, resume, busy } = usePausing(name)
  if (status === 'live')
    return (
      <Button variant="default" leftSection={<Pause />} loading={busy} onClick={pause}>
        {t('journeys.pause')}
      </Button>
    )
  if (status === 'paused')
    return (
      <Button leftSection={<Play />} loading={busy} onClick={resume}>
        {t('journeys.resume')}
      </Button>
    )
  return null
}
