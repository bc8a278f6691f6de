import '@xyflow/react/dist/style.css'
import { Background, Controls, type Edge, MarkerType, type Node, ReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { EdgeAnswer, NodeAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './Canvas.module.css'
import { draw, NODE_HEIGHT, NODE_WIDTH, place } from './canvas.shape'
import { FlowEdge } from './FlowEdge'
import { StepNode } from './StepNode'

type Props = {
  nodes: NodeAnswer[]
  edges: EdgeAnswer[]
  chosen: string | undefined
  choose: (id: string | undefined) => void
}

const nodeTypes = { step: StepNode }
const edgeTypes = { flow: FlowEdge }

/** The journey as a picture that lays itself out: steps, ways between them, and how many people took each. */
export function Canvas({ nodes, edges, chosen, choose }: Props) {
  const { t } = useTranslation()
  const { words } = useWriting()
  // Positions follow the shape of the journey only: counts that change must not move anything.
  const shape = JSON.stringify([
    nodes.map((node) => node.id),
    edges.map((edge) => [edge.id, edge.source, edge.target]),
  ])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says all of nodes and edges that matters here
  const plan = useMemo(() => place(nodes, edges), [shape])
  const drawn = draw(edges)
  const shownNodes = nodes.map(
    (step): Node => ({
      id: step.id,
      type: 'step',
      position: plan.nodes.get(step.id) ?? { x: 0, y: 0 },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      selected: step.id === chosen,
      ariaLabel: words(step.sentence),
      data: { step },
    }),
  )
  const shownEdges = edges.map(
    (edge): Edge => ({
      id: edge.id,
      type: 'flow',
      source: edge.source,
      target: edge.target,
      focusable: false,
      markerEnd: {
        type: MarkerType.ArrowClosed,
        width: 14,
        height: 14,
        markerUnits: 'userSpaceOnUse',
        color: '#7d8b84',
      },
      data: { edge, drawn: drawn.get(edge.id), routed: plan.edges.get(edge.id) },
    }),
  )
  return (
    <section className={classes.canvas} aria-label={t('journeys.canvas')} style={{ height: plan.height }}>
      <ReactFlow
        nodes={shownNodes}
        edges={shownEdges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable
        deleteKeyCode={null}
        preventScrolling={false}
        zoomOnScroll={false}
        minZoom={0.3}
        maxZoom={1.5}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: '24px' }}
        onNodesChange={(changes) => {
          for (const change of changes) if (change.type === 'select' && change.selected) choose(change.id)
        }}
        onPaneClick={() => choose(undefined)}
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={{
          'node.a11yDescription.default': t('journeys.canvasHelp'),
          'node.a11yDescription.keyboardDisabled': t('journeys.canvasHelp'),
          'controls.ariaLabel': t('journeys.zoom'),
          'controls.zoomIn.ariaLabel': t('journeys.zoomIn'),
          'controls.zoomOut.ariaLabel': t('journeys.zoomOut'),
          'controls.fitView.ariaLabel': t('journeys.fit'),
        }}
      >
        <Background gap={22} size={1} color="#d5dbd6" />
        <Controls showInteractive={false} position="top-right" />
      </ReactFlow>
    </section>
  )
}
