import { expect, test } from 'vitest'
import type { EdgeAnswer, NodeAnswer } from '../api/types.gen'
import { draw, NODE_HEIGHT, NODE_WIDTH, path, place, shortened } from './canvas.shape'

const node = (id: string): NodeAnswer => ({
  id,
  kind: 'wait',
  sentence: { fr: id, en: id },
  live: 0,
  passed: 0,
  sent: 0,
})
const edge = (source: string, target: string, count = 0): EdgeAnswer => ({
  id: `${source}>${target}`,
  source,
  target,
  label: { fr: '', en: '' },
  count,
})

test('a step stands below the one that leads to it, and no two overlap', () => {
  const nodes = ['@entry', 'a', 'b', 'c', '@done'].map(node)
  const placed = place(nodes, [
    edge('@entry', 'a'),
    edge('a', 'b'),
    edge('a', 'c'),
    edge('b', '@done'),
    edge('c', '@done'),
  ])
  const at = (id: string) => placed.nodes.get(id) ?? { x: Number.NaN, y: Number.NaN }
  expect(at('@entry').y + NODE_HEIGHT).toBeLessThan(at('a').y)
  expect(at('a').y + NODE_HEIGHT).toBeLessThan(at('b').y)
  expect(at('b').y).toBe(at('c').y)
  expect(at('b').x).not.toBe(at('c').x)
})

test('a loop is laid out too', () => {
  const placed = place([node('a'), node('b')], [edge('a', 'b'), edge('b', 'a')])
  expect([...placed.nodes.values()].every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true)
})

test('the edge most taken is the thickest, one never taken is thin and quiet', () => {
  const drawn = draw([edge('a', 'b', 100), edge('a', 'c', 1), edge('a', 'd')])
  expect(drawn.get('a>b')?.width).toBe(6)
  expect(drawn.get('a>c')?.width).toBeLessThan(2)
  expect(drawn.get('a>d')).toMatchObject({ width: 1.25, quiet: true })
})

test('an edge that skips a step goes around it', () => {
  const nodes = ['a', 'b', 'c'].map(node)
  const layout = place(nodes, [edge('a', 'b'), edge('b', 'c'), edge('a', 'c')])
  const b = layout.nodes.get('b') ?? { x: 0, y: 0 }
  const skipping = layout.edges.get('a>c')?.points ?? []
  expect(skipping.length).toBeGreaterThan(2)
  for (const { x, y } of skipping)
    expect(x > b.x && x < b.x + NODE_WIDTH && y > b.y && y < b.y + NODE_HEIGHT).toBe(false)
})

test('a line turns its corners softly and ends where it should', () => {
  expect(
    path(
      [
        { x: 0, y: 0 },
        { x: 0, y: 100 },
        { x: 50, y: 100 },
      ],
      10,
    ),
  ).toBe('M0,0L0,90Q0,100 10,100L50,100')
  expect(path([])).toBe('')
})

test('a long label is cut with a mark', () => {
  expect(shortened('x'.repeat(28))).toHaveLength(28)
  expect(shortened('x'.repeat(29))).toBe(`${'x'.repeat(27)}…`)
})
