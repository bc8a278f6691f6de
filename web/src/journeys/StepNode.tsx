import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { useTranslation } from 'react-i18next'
import type { NodeAnswer } from '../api/types.gen'
import { faceOf } from '../steps'
import { useWriting } from '../ui/language'
import classes from './Canvas.module.css'

/** One step on the canvas: what it does, how many came, how many are there now. */
export function StepNode({ data, selected }: NodeProps<Node<{ step: NodeAnswer }>>) {
  const { t } = useTranslation()
  const { words, number } = useWriting()
  const { step } = data
  const { Icon } = faceOf(step.kind)
  return (
    <div
      className={classes.node}
      data-chosen={selected || undefined}
      data-end={step.id.startsWith('@') || undefined}
    >
      <Handle type="target" position={Position.Top} className={classes.handle} isConnectable={false} />
      <div className={classes.what}>
        <Icon />
        <span className={classes.sentence}>{words(step.sentence)}</span>
      </div>
      <div className={classes.counts}>
        <span>
          <b>{number(step.passed)}</b> {t('journeys.passed')}
        </span>
        {step.live > 0 && (
          <span className={classes.live}>
            <b>{number(step.live)}</b> {t('journeys.here')}
          </span>
        )}
        {step.kind === 'send' && (
          <span>
            <b>{number(step.sent)}</b> {t('journeys.sentHere')}
          </span>
        )}
      </div>
      <Handle type="source" position={Position.Bottom} className={classes.handle} isConnectable={false} />
    </div>
  )
}
