import { graphlib, layout } from '@dagrejs/dagre'
import type { EdgeAnswer, NodeAnswer } from '../api/types.gen'

export const NODE_WIDTH = 248
export const NODE_HEIGHT = 84
const MOST_LETTERS = 28

export type Placed = { id: string; x: number; y: number }
export type Point = { x: number; y: number }
export type Routed = { points: Point[]; label: Point }
export type Layout = { nodes: Map<string, Placed>; edges: Map<string, Routed>; height: number }
export type Drawn = { id: string; width: number; quiet: boolean }

/** Where everything stands: top to bottom, the entry first, edges around the nodes. Positions of nodes are of the upper left corner. */
export function place(nodes: NodeAnswer[], edges: EdgeAnswer[]): Layout {
  const graph = new graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 48, ranksep: 26, edgesep: 28 })
  for (const node of nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT })
  for (const edge of edges) graph.setEdge(edge.source, edge.target, labelSize(edge), edge.id)
  layout(graph)
  const placed = nodes.map(({ id }): Placed => {
    const { x, y } = graph.node(id)
    return { id, x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }
  })
  const routed = edges.map((edge): [string, Routed] => {
    const { points, x, y } = graph.edge(edge.source, edge.target, edge.id)
    return [edge.id, { points, label: { x, y } }]
  })
  const height = Math.min(2_400, Number(graph.graph().height ?? 0) + 56)
  return { nodes: new Map(placed.map((one) => [one.id, one])), edges: new Map(routed), height }
}

/** Room for the longer of its two labels and a count of six digits. */
function labelSize({ label }: EdgeAnswer) {
  const letters = Math.min(MOST_LETTERS, Math.max(label.fr.length, label.en.length))
  return { width: 6.2 * letters + 52, height: 22, labelpos: 'c' }
}

/** A label as it fits on an edge; the whole text is in the step's panel. */
export function shortened(label: string): string {
  return label.length > MOST_LETTERS ? `${label.slice(0, MOST_LETTERS - 1).trimEnd()}…` : label
}

/** A line through points with rounded corners, as an SVG path. */
export function path(points: Point[], radius = 12): string {
  const [first, ...rest] = points
  if (!first) return ''
  const parts = [`M${first.x},${first.y}`]
  rest.forEach((corner, index) => {
    const after = rest[index + 1]
    if (!after) {
      parts.push(`L${corner.x},${corner.y}`)
      return
    }
    const before = rest[index - 1] ?? first
    const start = toward(corner, before, radius)
    const end = toward(corner, after, radius)
    parts.push(`L${start.x},${start.y}Q${corner.x},${corner.y} ${end.x},${end.y}`)
  })
  return parts.join('')
}

/** The point `by` away from `from` in the direction of `to`, at most halfway. */
function toward(from: Point, to: Point, by: number): Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y)
  const share = distance === 0 ? 0 : Math.min(by, distance / 2) / distance
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
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
