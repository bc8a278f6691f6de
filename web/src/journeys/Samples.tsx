import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { SampleAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import { When } from '../ui/When'
import classes from './Backtest.module.css'

/** Single ways through, decision by decision. */
export function Samples({ samples }: { samples: SampleAnswer[] }) {
  const { t } = useTranslation()
  const { words } = useWriting()
  if (samples.length === 0) return <p className={classes.none}>{t('backtest.noSamples')}</p>
  return (
    <div className={classes.samples}>
      {samples.map((sample, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the samples of a saved report never change places
        <details key={index} className={classes.sample}>
          <summary>
            {sample.person || t('people.anonymous')}{' '}
            <span className={classes.faint}>{t('backtest.decisions', { count: sample.moments.length })}</span>
          </summary>
          {sample.contact && (
            <Link to="/people/$id" params={{ id: sample.contact }}>
              {t('backtest.open')}
            </Link>
          )}
          <ol>
            {sample.moments.map((moment, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: so do its lines
              <li key={line}>
                <span className={classes.faint}>
                  <When at={moment.at} shape="full" />
                </span>
                <span>{words(moment.sentence)}</span>
                <span className={classes.faint}>{moment.step}</span>
              </li>
            ))}
          </ol>
        </details>
      ))}
    </div>
  )
}
