import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { StateAnswer } from '../api/types.gen'
import { type Figure, Figures } from '../ui/Figures'
import { useWriting } from '../ui/language'
import { Section } from '../ui/Section'
import { When } from '../ui/When'
import { age, space } from './age.shape'
import classes from './Health.module.css'

const LOW = 1 << 30

/** How the workspace does: one sentence, the queues, what was set aside and which parts of the server fail. */
export function Health({ state }: { state: StateAnswer }) {
  const { t } = useTranslation()
  return (
    <div className={classes.health}>
      <p className={classes.verdict} data-well={state.well || undefined}>
        {t(state.well ? 'health.well' : 'health.care')}
      </p>
      {state.fault && <p className={classes.fault}>{state.fault}</p>}
      {state.free_bytes < LOW && <p className={classes.fault}>{t('health.lowSpace')}</p>}
      <Figures figures={useFigures(state)} />
      <Section title={t('health.aside')} aside={t('health.asideMore')}>
        {state.aside.length === 0 && <p className={classes.none}>{t('health.noneAside')}</p>}
        <ul className={classes.list}>
          {state.aside.map((one) => (
            <li key={`${one.contact} ${one.until} ${one.error}`} className={classes.row}>
              {one.contact ? (
                <Link to="/people/$id" params={{ id: one.contact }}>
                  {one.person || t('overview.somebody')}
                </Link>
              ) : (
                <span>{t('health.arrivedEvent')}</span>
              )}
              <code>{one.error}</code>
              <span className={classes.again}>
                {t('health.tries', { count: one.tries })} · {t('health.again')} <When at={one.until} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t('health.loops')} aside={t('health.loopsMore')}>
        {state.loops.length === 0 && <p className={classes.none}>{t('health.noneLoops')}</p>}
        <ul className={classes.list}>
          {state.loops.map((loop) => (
            <li key={loop.name} className={classes.row}>
              <span>{loop.name}</span>
              <code>{loop.error}</code>
              <span className={classes.again}>{t('health.tries', { count: loop.failures })}</span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  )
}

function useFigures(state: StateAnswer): Figure[] {
  const { t } = useTranslation()
  const { number, language } = useWriting()
  const { planned = 0, claimed = 0, failed = 0, uncertain = 0 } = state.messages
  return [
    { label: t('health.oldestArrival'), value: age(state.oldest_arrival, language) },
    { label: t('health.oldestDue'), value: age(state.oldest_due, language) },
    { label: t('health.waiting'), value: number(planned + claimed) },
    { label: t('health.failed'), value: number(failed) },
    { label: t('health.uncertain'), value: number(uncertain) },
    { label: t('health.space'), value: space(state.free_bytes, language) },
  ]
}
