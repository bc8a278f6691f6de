import { expect, test } from 'vitest'
import type { MoveAnswer, StageAnswer } from '../api/types.gen'
import { size, station, trips } from './strip.shape'

const stages: StageAnswer[] = ['new', 'customer', 'loyal', 'former'].map((key) => ({
  key,
  title: { fr: key, en: key },
  count: 1,
}))
const move = (id: string, source: string, target: string): MoveAnswer => ({
  id,
  source,
  target,
  contact: 'c',
  person: 'p',
  at: '2011-11-16T00:00:00Z',
})

test('stations share the strip equally', () => {
  expect([0, 1, 2, 3].map((index) => station(index, 4))).toEqual([0.125, 0.375, 0.625, 0.875])
})

test('only moves not seen travel, oldest first, spread over the time until the next reading', () => {
  const moves = [move('3', 'loyal', 'former'), move('2', 'customer', 'loyal'), move('1', '', 'new')]
  expect(trips(moves, new Set(['1']), stages, 1000)).toEqual([
    { id: '2', from: 0.375, to: 0.625, delay: 0 },
    { id: '3', from: 0.625, to: 0.875, delay: 500 },
  ])
})

test('somebody new comes in from the edge, a stage nobody knows is left out', () => {
  expect(trips([move('1', '', 'new'), move('2', 'new', 'elsewhere')], new Set(), stages, 1000)).toEqual([
    { id: '1', from: 0, to: 0.125, delay: 0 },
  ])
})

test('the fullest station is the biggest, an empty one stays visible', () => {
  expect([size(100, 100), size(25, 100), size(0, 100), size(0, 0)]).toEqual([34, 23, 12, 12])
})
