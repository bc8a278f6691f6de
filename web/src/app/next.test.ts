import { expect, test } from 'vitest'
import { safeNext } from './next'

test('a path of the interface is kept', () => {
  expect(safeNext('/journeys/win-back?tab=backtest')).toBe('/journeys/win-back?tab=backtest')
})

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'javascript:alert(1)',
  '/a\nb',
  '/\t/evil.example',
  '',
  undefined,
  42,
  '/sign-in?next=/x',
])('%j leads to the start page', (wanted) => {
  expect(safeNext(wanted)).toBe('/')
})
