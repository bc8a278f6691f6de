import { useTranslation } from 'react-i18next'
import type { NodeAnswer } from '../api/types.gen'
import { faceOf } from '../steps'
import { useWriting } from '../ui/language'
import classes from './StepList.module.css'

type Props = { nodes: NodeAnswer[]; chosen: string | undefined; choose: (id: string) => void }

/** The journey as a list: the same steps as on the canvas, for small screens and for those who prefer to read. */
export function StepList({ nodes, chosen, choose }: Props) {
  const { t } = useTranslation()
  const { words, number } = useWriting()
  return (
    <ol className={classes.list}>
      {nodes.map((node) => {
        const { Icon, name } = faceOf(node.kind)
        return (
          <li key={node.id}>
            <button
              type="button"
              className={classes.step}
              aria-pressed={node.id === chosen}
              onClick={() => choose(node.id)}
            >
              <span className={classes.icon}>
                <Icon />
              </span>
              <span className={classes.text}>
                <span className={classes.kind}>{t(name)}</span>
                <span>{words(node.sentence)}</span>
              </span>
              <span className={classes.counts}>
                <span>
                  <b>{number(node.passed)}</b> {t('journeys.passed')}
                </span>
                {node.live > 0 && (
                  <span className={classes.live}>
                    <b>{number(node.live)}</b> {t('journeys.here')}
                  </span>
                )}
              </span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
