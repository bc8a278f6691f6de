import type { Language } from '../ui/format'

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** Microseconds in the largest unit that holds them whole, `4 min`; less than a second is `0 s`. */
export function age(microseconds: number, language: Language): string {
  const seconds = microseconds / 1e6
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? (['second', 1] as const)
  return written(Math.floor(seconds / size), unit, language)
}

/** Bytes as gigabytes with one decimal. */
export function space(bytes: number, language: Language): string {
  return written(Math.floor(bytes / 1e8) / 10, 'gigabyte', language)
}

function written(value: number, unit: string, language: Language): string {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB'
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
}
