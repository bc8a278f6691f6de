import { expect, test } from 'vitest'
import { countOf, toneOf, VIEW_NAMES, VIEWS, viewOf } from './states.shape'

test('every state is in exactly one view beside that of all', () => {
  const states = VIEW_NAMES.flatMap((name) => VIEWS[name] as readonly string[])
  expect(states).toHaveLength(10)
  expect(new Set(states).size).toBe(10)
})

test('a view counts its states, all counts every state', () => {
  const counts = { planned: 2, claimed: 1, sent: 40, failed: 3, bounced: 4 }
  expect(countOf('waiting', counts)).toBe(3)
  expect(countOf('failed', counts)).toBe(7)
  expect(countOf('uncertain', counts)).toBe(0)
  expect(countOf('all', counts)).toBe(50)
})

test('an address that names no view shows all', () => {
  expect(viewOf('uncertain')).toBe('uncertain')
  expect(viewOf('toString')).toBe('all')
  expect(viewOf(undefined)).toBe('all')
})

test('what needs a look stands out', () => {
  expect([toneOf('uncertain'), toneOf('bounced'), toneOf('sent'), toneOf('planned')]).toEqual([
    'warn',
    'stop',
    'good',
    'plain',
  ])
})
