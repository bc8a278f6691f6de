import { expect, test } from 'vitest'
import { charts } from './days.shape'

const on = (day: string, messages: number, channel = 'email') => ({ day, channel, messages })

test('nothing sent is no chart', () => {
  expect(charts([])).toEqual([])
})

test('days without messages are there', () => {
  const [chart] = charts([on('2026-03-28', 2), on('2026-03-30', 5)])
  expect(chart).toMatchObject({ channel: 'email', total: 7, most: 5, step: 1 })
  expect(chart?.bars.map((bar) => bar.messages)).toEqual([2, 0, 5])
})

test('a year is told by weeks, ten years by longer stretches, and nothing is lost', () => {
  const year = [on('2025-01-01', 1), on('2025-01-07', 1), on('2025-01-08', 4), on('2025-12-31', 3)]
  const [weeks] = charts(year)
  expect(weeks).toMatchObject({ step: 7, total: 9 })
  expect(weeks?.bars[0]).toEqual({ from: '2025-01-01', to: '2025-01-07', messages: 2 })
  expect(weeks?.bars[1]?.messages).toBe(4)
  const [long] = charts([...year, on('2034-12-31', 8)])
  expect(long?.bars.length).toBeLessThanOrEqual(100)
  expect(long?.total).toBe(17)
  expect(long?.bars.reduce((sum, bar) => sum + bar.messages, 0)).toBe(17)
})

test('each channel has its own chart over the same days', () => {
  const both = charts([on('2026-01-01', 1), on('2026-01-03', 2, 'sms')])
  expect(both.map((chart) => [chart.channel, chart.bars.length, chart.total])).toEqual([
    ['email', 3, 1],
    ['sms', 3, 2],
  ])
})
