import { expect, test } from 'vitest'
import { faster, PACE, progress } from './clock.shape'

const clock = { first: '2011-11-11T00:00:00Z', last: '2011-12-09T00:00:00Z' }

test('the replay starts at nothing, ends at all, and never goes beyond', () => {
  expect(progress({ ...clock, now: '2011-11-11T00:00:00Z' })).toBe(0)
  expect(progress({ ...clock, now: '2011-11-25T00:00:00Z' })).toBe(0.5)
  expect(progress({ ...clock, now: '2012-01-01T00:00:00Z' })).toBe(1)
  expect(progress({ first: null, last: null, now: '2012-01-01T00:00:00Z' })).toBe(0)
})

test('faster doubles the speed three times, then returns to a day in ten seconds', () => {
  const speeds = [PACE]
  for (let turn = 0; turn < 4; turn += 1) speeds.push(faster(speeds.at(-1) ?? 0))
  expect(speeds).toEqual([PACE, PACE * 2, PACE * 4, PACE * 8, PACE])
})
