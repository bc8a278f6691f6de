import { SegmentedControl } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReportAnswer } from '../api/types.gen'
import { Canvas } from './Canvas'
import flow from './Flow.module.css'
import { StepPanel } from './StepPanel'
import { StepTotals } from './StepTotals'

/** What would have flowed through the journey: on its picture, or as a table with the time people stayed. */
export function BacktestFlow({ report }: { report: ReportAnswer }) {
  const { t } = useTranslation()
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const [wanted, setWanted] = useState<'canvas' | 'list' | null>(null)
  const [step, setStep] = useState<string>()
  const view = wanted ?? (narrow ? 'list' : 'canvas')
  const chosen = view === 'canvas' ? report.nodes.find((node) => node.id === step) : undefined
  return (
    <div className={flow.flow}>
      <SegmentedControl
        className={flow.view ?? ''}
        size="xs"
        aria-label={t('journeys.view')}
        value={view}
        onChange={(value) => setWanted(value === 'list' ? 'list' : 'canvas')}
        data={[
          { value: 'canvas', label: t('journeys.asCanvas') },
          { value: 'list', label: t('backtest.asTable') },
        ]}
      />
      <div className={flow.stage} data-open={chosen ? true : undefined}>
        {view === 'canvas' ? (
          <Canvas nodes={report.nodes} edges={report.edges} chosen={step} choose={setStep} />
        ) : (
          <StepTotals steps={report.steps} />
        )}
        {chosen && (
          <StepPanel
            step={chosen}
            edges={report.edges}
            nodes={report.nodes}
            document={undefined}
            close={() => setStep(undefined)}
            choose={setStep}
          />
        )}
      </div>
    </div>
  )
}
