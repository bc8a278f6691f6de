import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import type { EdgeAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Canvas.module.css'
import { type Drawn, path, type Routed, shortened } from './canvas.shape'

type Data = { edge: EdgeAnswer; drawn: Drawn; routed: Routed }

/** A way between two steps, as thick as it is used, with its name and count. */
export function FlowEdge({ id, data, markerEnd }: EdgeProps<Edge<Data>>) {
  const { words, number } = useWriting()
  if (!data?.routed) return null
  const { edge, drawn, routed } = data
  const label = shortened(words(edge.label))
  return (
    <>
      <BaseEdge
        id={id}
        path={path(routed.points)}
        className={classes.path}
        data-quiet={drawn.quiet || undefined}
        style={{ strokeWidth: drawn.width }}
        {...(markerEnd ? { markerEnd } : {})}
      />
      <EdgeLabelRenderer>
        <div
          className={classes.label}
          style={{ transform: `translate(-50%, -50%) translate(${routed.label.x}px, ${routed.label.y}px)` }}
          aria-hidden="true"
        >
          {label && <span>{label} </span>}
          <b>{number(edge.count)}</b>
        </div>
      </EdgeLabelRenderer>
    </>
  )
}
