import { graphlib, layout } from '@dagrejs/dagre'
import type { EdgeAnswer, NodeAnswer } from '../api/types.gen'

export const NODE_WIDTH = 248
export const NODE_HEIGHT = 84

export type Placed = { id: string; x: number; y: number }
export type Drawn = { id: string; width: number; quiet: boolean }

/** Where each node stands: top to bottom, the entry first. Positions are of the upper left corner. */
export function place(nodes: NodeAnswer[], edges: EdgeAnswer[]): Map<string, Placed> {
  const graph = new graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 56, ranksep: 52, edgesep: 40 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT })
  for (const edge of edges) graph.setEdge(edge.source, edge.target, {}, edge.id)
  layout(graph)
  return new Map(
    nodes.map(({ id }) => {
      const { x, y } = graph.node(id)
      return [id, { id, x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }]
    }),
  )
}

/** How high the picture is drawn, in pixels: as high as its steps need at full size, within reason. */
export function height(places: Map<string, Placed>): number {
  const lowest = Math.max(0, ...[...places.values()].map(({ y }) => y))
  return Math.min(2_400, lowest + NODE_HEIGHT + 56)
}

/** How thick each edge is: by the square root of its share, so that a tenth of the people is still seen. */
export function draw(edges: EdgeAnswer[]): Map<string, Drawn> {
  const most = Math.max(1, ...edges.map((edge) => edge.count))
  return new Map(
    edges.map(({ id, count }) => [
      id,
      { id, width: 1.25 + 4.75 * Math.sqrt(count / most), quiet: count === 0 },
    ]),
  )
}

/** The step after a node in reading order, for those who move with the arrow keys; the node itself at the ends. */
export function neighbour(nodes: NodeAnswer[], id: string, by: 1 | -1): string {
  const at = nodes.findIndex((node) => node.id === id)
  return nodes[at + by]?.id ?? id
}
