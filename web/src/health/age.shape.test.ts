import { expect, test } from 'vitest'
import { age, space } from './age.shape'

const plain = (text: string) => text.replace(/\s/g, ' ')

test.each([
  [0, '0 s', '0 secs'],
  [59_999_999, '59 s', '59 secs'],
  [61_000_000, '1 min', '1 min'],
  [7_200_000_000, '2 h', '2 hrs'],
  [3 * 86_400_000_000, '3 j', '3 days'],
])('%d µs is %s, %s', (microseconds, fr, en) => {
  expect(plain(age(microseconds, 'fr'))).toBe(fr)
  expect(plain(age(microseconds, 'en'))).toBe(en)
})

test('free space is told in gigabytes', () => {
  expect(plain(space(12_345_678_901, 'fr'))).toBe('12,3 Go')
  expect(plain(space(999, 'en'))).toBe('0 GB')
})
