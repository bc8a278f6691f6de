import { expect, test } from 'vitest'
import { bytes, dayOf, duration, instant, number, percent, typeset } from './format'

test('an instant is told in the zone asked for, not in the reader’s', () => {
  expect(instant('2011-11-15T23:30:00Z', 'moment', 'fr', 'Europe/Paris')).toBe('16 nov., 00:30')
  expect(instant('2011-11-15T23:30:00Z', 'moment', 'en', 'UTC')).toBe('15 Nov, 23:30')
})

test('in French the first of a month is the 1er', () => {
  expect(instant('2011-11-01T12:00:00Z', 'weekday', 'fr', 'UTC')).toBe('mardi 1er novembre 2011')
  expect(instant('2011-11-01T12:00:00Z', 'moment', 'fr', 'UTC')).toBe('1er nov., 12:00')
  expect(instant('2011-11-11T12:00:00Z', 'day', 'fr', 'UTC')).toBe('11 novembre 2011')
})

test('the day of an instant changes with the zone', () => {
  expect(dayOf('2011-11-15T23:30:00Z', 'UTC')).toBe('2011-11-15')
  expect(dayOf('2011-11-15T23:30:00Z', 'Europe/Paris')).toBe('2011-11-16')
})

test('French quotation marks and colons keep their words', () => {
  expect(typeset('Message : « Merci »', 'fr')).toBe('Message\u00a0: «\u00a0Merci\u00a0»')
  expect(typeset('Message: “Thanks”', 'en')).toBe('Message: “Thanks”')
})

test('a share of nothing is not a number', () => {
  expect(percent(0, 0, 'en')).toBe('–')
  expect(percent(1, 8, 'en')).toBe('12.5%')
})

test('numbers and sizes follow the language', () => {
  expect(number(12345, 'en')).toBe('12,345')
  expect(number(12345, 'fr').replace(/\s/g, ' ')).toBe('12 345')
  expect(bytes(999, 'fr')).toBe('999 o')
  expect(bytes(20480, 'en')).toBe('20.5 kB')
})

test('lengths in their two largest units', () => {
  const plain = (seconds: number, language: 'fr' | 'en') =>
    duration(seconds, language).replace(/\u00a0/g, ' ')
  expect([0, 59, 60, 3_600, 5_400, 86_400, 187_260].map((seconds) => plain(seconds, 'en'))).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '1 h',
    '1 h 30 min',
    '1 d',
    '2 d 4 h',
  ])
  expect(plain(604_800, 'fr')).toBe('7 j')
})
