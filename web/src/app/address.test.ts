import { expect, test } from 'vitest'
import { parseSearch, stringifySearch } from './address'

test('an address holds text as people write it', () => {
  expect(parseSearch('?search=12748&step=true&next=%2Fpeople%3Fsearch%3Da')).toEqual({
    search: '12748',
    step: 'true',
    next: '/people?search=a',
  })
})

test('what is written is read again, and what is left out leaves no trace', () => {
  expect(stringifySearch({ search: 'a b&c=é', mail: 3, step: undefined })).toBe(
    '?search=a+b%26c%3D%C3%A9&mail=3',
  )
  expect(parseSearch(stringifySearch({ search: 'a b&c=é' }))).toEqual({ search: 'a b&c=é' })
  expect(stringifySearch({ search: undefined })).toBe('')
})
