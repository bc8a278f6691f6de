import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SampleAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import { When } from '../ui/When'
import classes from './Backtest.module.css'

/** Single ways through, up to three of each way of ending, to be followed decision by decision. */
export function Samples({ samples }: { samples: SampleAnswer[] }) {
  const { t } = useTranslation()
  const { words } = useWriting()
  if (samples.length === 0) return <p className={classes.none}>{t('backtest.noSamples')}</p>
  return (
    <div className={classes.samples}>
      <p className={classes.none}>{t('backtest.sampled')}</p>
      {samples.map((sample) => (
        <details key={sample.contact} className={classes.sample}>
          <summary>
            {sample.person || t('people.anonymous')}{' '}
            <span className={classes.faint}>
              {words(sample.ended)} {t('backtest.decisions', { count: sample.moments.length })}
            </span>
          </summary>
          <Way sample={sample} />
        </details>
      ))}
    </div>
  )
}

/** One way through: all of it, or step by step up to the decision at hand. */
function Way({ sample }: { sample: SampleAnswer }) {
  const { t } = useTranslation()
  const { words } = useWriting()
  const [at, setAt] = useState(sample.moments.length - 1)
  const last = sample.moments.length - 1
  return (
    <>
      <div className={classes.follow}>
        <Button size="compact-xs" variant="default" disabled={at <= 0} onClick={() => setAt(at - 1)}>
          {t('backtest.previous')}
        </Button>
        <Button size="compact-xs" variant="default" disabled={at >= last} onClick={() => setAt(at + 1)}>
          {t('backtest.next')}
        </Button>
        <Link to="/people/$id" params={{ id: sample.contact }}>
          {t('backtest.open')}
        </Link>
      </div>
      <ol>
        {sample.moments.map((moment, line) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a saved report never change places
            key={line}
            data-ahead={line > at || undefined}
            aria-current={line === at ? 'step' : undefined}
          >
            <span className={classes.faint}>
              <When at={moment.at} shape="full" />
            </span>
            <span>{words(moment.sentence)}</span>
            <span className={classes.faint}>{words(moment.told)}</span>
          </li>
        ))}
      </ol>
    </>
  )
}
