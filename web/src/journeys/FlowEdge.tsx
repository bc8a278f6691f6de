import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from '@xyflow/react'
import type { EdgeAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Canvas.module.css'
import type { Drawn } from './canvas.shape'

/** A way between two steps, as thick as it is used, with its name and count. */
export function FlowEdge(props: EdgeProps<Edge<{ edge: EdgeAnswer; drawn: Drawn }>>) {
  const { words, number } = useWriting()
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 14 })
  if (!props.data) return null
  const { edge, drawn } = props.data
  const label = words(edge.label)
  return (
    <>
      <BaseEdge
        id={props.id}
        path={path}
        className={classes.path}
        data-quiet={drawn.quiet || undefined}
        style={{ strokeWidth: drawn.width }}
        {...(props.markerEnd ? { markerEnd: props.markerEnd } : {})}
      />
      <EdgeLabelRenderer>
        <div
          className={classes.label}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          aria-hidden="true"
        >
          {label && <span>{label} </span>}
          <b>{number(edge.count)}</b>
        </div>
      </EdgeLabelRenderer>
    </>
  )
}
