import { useTranslation } from 'react-i18next'
import type { EdgeAnswer, NodeAnswer } from '../api/types.gen'
import { faceOf } from '../steps'
import { Cross } from '../ui/icons'
import { useWriting } from '../ui/language'
import classes from './StepPanel.module.css'

type Props = {
  step: NodeAnswer
  edges: EdgeAnswer[]
  nodes: NodeAnswer[]
  document: unknown
  close: () => void
  choose: (id: string) => void
}

/** What is known of one step: its sentence, its counts, where people went from here, its lines of the document. */
export function StepPanel({ step, edges, nodes, document, close, choose }: Props) {
  const { t } = useTranslation()
  const { words, number, percent } = useWriting()
  const ways = edges.filter((edge) => edge.source === step.id)
  const left = ways.reduce((sum, way) => sum + way.count, 0)
  const nameOf = (id: string) => nodes.find((node) => node.id === id)?.sentence ?? { fr: id, en: id }
  const face = faceOf(step.kind)
  return (
    <aside className={classes.panel} aria-label={t('journeys.stepPanel')}>
      <div className={classes.head}>
        <span className={classes.kind}>
          <face.Icon /> {t(face.name)}
        </span>
        <button type="button" className={classes.close} onClick={close} aria-label={t('ui.close')}>
          <Cross />
        </button>
      </div>
      <p className={classes.sentence}>{words(step.sentence)}</p>
      <dl className={classes.counts}>
        <dt>{t('journeys.passedLong')}</dt>
        <dd>{number(step.passed)}</dd>
        <dt>{t('journeys.hereLong')}</dt>
        <dd>{number(step.live)}</dd>
        {step.kind === 'send' && (
          <>
            <dt>{t('journeys.sentLong')}</dt>
            <dd>{number(step.sent)}</dd>
          </>
        )}
      </dl>
      {ways.length > 0 && (
        <>
          <h2 className={classes.title}>{t('journeys.then')}</h2>
          <ul className={classes.ways}>
            {ways.map((way) => (
              <li key={way.id}>
                <button type="button" className={classes.way} onClick={() => choose(way.target)}>
                  <span>{[words(way.label), words(nameOf(way.target))].filter(Boolean).join(' → ')}</span>
                  <span data-numbers>
                    {number(way.count)} · {percent(way.count, left)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {document !== undefined && (
        <details className={classes.document}>
          <summary>{t('journeys.document')}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <pre tabIndex={0}>{JSON.stringify(document, null, 2)}</pre>
        </details>
      )}
    </aside>
  )
}
