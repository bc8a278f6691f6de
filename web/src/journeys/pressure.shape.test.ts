import { expect, test } from 'vitest'
import { beside, gather } from './pressure.shape'

test('what is over the most is gathered and still counted', () => {
  const counts = [9, 2, 1, 7].map((messages) => ({ messages, weeks: 10 * messages }))
  expect(gather(counts, 6)).toEqual([
    { messages: 1, weeks: 10, more: false },
    { messages: 2, weeks: 20, more: false },
    { messages: 7, weeks: 160, more: true },
  ])
})

test('without a rest there is no row for it', () => {
  expect(gather([{ messages: 1, weeks: 5 }])).toEqual([{ messages: 1, weeks: 5, more: false }])
  expect(gather([])).toEqual([])
})

test('weeks of all journeys stand beside those of one', () => {
  const alone = [{ messages: 1, weeks: 10 }]
  const together = [
    { messages: 1, weeks: 6 },
    { messages: 2, weeks: 3 },
    { messages: 9, weeks: 1 },
  ]
  expect(beside(alone, together)).toEqual([
    { messages: 1, weeks: 10, more: false, together: 6 },
    { messages: 2, weeks: 0, more: false, together: 3 },
    { messages: 7, weeks: 0, more: true, together: 1 },
  ])
  expect(beside(alone, null)).toEqual([{ messages: 1, weeks: 10, more: false, together: null }])
})
