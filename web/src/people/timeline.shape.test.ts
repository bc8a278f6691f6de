import { expect, test } from 'vitest'
import type { MomentAnswer } from '../api/types.gen'
import { byDay, only, summary } from './timeline.shape'

const moment = (at: string, source: MomentAnswer['source'] = 'event'): MomentAnswer => ({
  key: at,
  at,
  source,
  name: 'x',
  sentence: { fr: '', en: '' },
  journey: '',
  journey_title: { fr: '', en: '' },
  step: '',
  detail: '',
  mail: null,
  properties: {},
})

test('a day is the zone’s: half past eleven in London is tomorrow in Paris', () => {
  const moments = [
    moment('2011-11-16T08:00:00Z'),
    moment('2011-11-15T23:30:00Z'),
    moment('2011-11-15T12:00:00Z'),
  ]
  expect(byDay(moments, 'Europe/Paris').map(({ day, moments }) => [day, moments.length])).toEqual([
    ['2011-11-16', 2],
    ['2011-11-15', 1],
  ])
  expect(byDay(moments, 'UTC').map(({ moments }) => moments.length)).toEqual([1, 2])
})

test('one source at a time, or all', () => {
  const moments = [moment('2011-11-16T08:00:00Z', 'message'), moment('2011-11-15T08:00:00Z')]
  expect(only(moments, 'message')).toHaveLength(1)
  expect(only(moments, 'all')).toHaveLength(2)
})

test('what is cut is counted', () => {
  expect(summary({ value: 3, currency: 'GBP', products: [1, 2], note: null }, 1)).toEqual({
    shown: [['value', '3']],
    more: 3,
  })
})
