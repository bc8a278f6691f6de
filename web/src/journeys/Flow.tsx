import { SegmentedControl } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JourneyAnswer } from '../api/types.gen'
import { Canvas } from './Canvas'
import classes from './Flow.module.css'
import { Reasons } from './Reasons'
import { StepList } from './StepList'
import { StepPanel } from './StepPanel'

type Props = { journey: JourneyAnswer; step: string | undefined; choose: (id: string | undefined) => void }

const stepsOf = (document: JourneyAnswer['document']) =>
  Array.isArray(document.steps) ? (document.steps as { id?: string }[]) : []

/** The live journey: canvas or list, the chosen step beside it, refusals and ends below. */
export function Flow({ journey, step, choose }: Props) {
  const { t } = useTranslation()
  const narrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const [wanted, setWanted] = useState<'canvas' | 'list' | null>(null)
  const view = wanted ?? (narrow ? 'list' : 'canvas')
  const chosen = journey.nodes.find((node) => node.id === step)
  return (
    <div className={classes.flow}>
      <SegmentedControl
        className={classes.view ?? ''}
        size="xs"
        aria-label={t('journeys.view')}
        value={view}
        onChange={(value) => setWanted(value === 'list' ? 'list' : 'canvas')}
        data={[
          { value: 'canvas', label: t('journeys.asCanvas') },
          { value: 'list', label: t('journeys.asList') },
        ]}
      />
      <div className={classes.stage} data-open={chosen ? true : undefined}>
        {view === 'canvas' ? (
          <Canvas nodes={journey.nodes} edges={journey.edges} chosen={step} choose={choose} />
        ) : (
          <StepList nodes={journey.nodes} chosen={step} choose={choose} />
        )}
        {chosen && (
          <StepPanel
            step={chosen}
            edges={journey.edges}
            nodes={journey.nodes}
            document={stepsOf(journey.document).find((one) => one.id === chosen.id)}
            close={() => choose(undefined)}
            choose={choose}
          />
        )}
      </div>
      <div className={classes.reasons}>
        <Reasons title={t('journeys.refused')} none={t('journeys.noRefused')} reasons={journey.refused} />
        <Reasons title={t('journeys.ended')} none={t('journeys.noEnded')} reasons={journey.ended} />
      </div>
    </div>
  )
}
