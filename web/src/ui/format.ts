/** Numbers and instants in the reader's language, in the zone of the workspace. Pure. */

export type Language = 'fr' | 'en'
export type Words = { fr: string; en: string }

const locales: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' }

export function number(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language]).format(value)
}

export function percent(part: number, whole: number, language: Language): string {
  if (whole <= 0) return '–'
  return new Intl.NumberFormat(locales[language], { style: 'percent', maximumFractionDigits: 1 }).format(
    part / whole,
  )
}

const shapes = {
  day: { day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit' },
  moment: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  full: { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

export type InstantShape = keyof typeof shapes

export function instant(iso: string, shape: InstantShape, language: Language, zone: string): string {
  const text = new Intl.DateTimeFormat(locales[language], { ...shapes[shape], timeZone: zone }).format(
    new Date(iso),
  )
  return language === 'fr' ? text.replace(/(^| )1 (?=\p{L})/u, '$11er ') : text
}

/** A sentence as it is set: in French, high punctuation and quotation marks never stand at the end of a line alone. */
export function typeset(text: string, language: Language): string {
  return language === 'fr' ? text.replace(/ (?=[:;?!»])/g, '\u00a0').replace(/« /g, '«\u00a0') : text
}

/** The calendar day of an instant in a zone, `2011-11-16`: two instants of one day give the same text. */
export function dayOf(iso: string, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date(iso))
}

export function bytes(count: number, language: Language): string {
  const unit = language === 'fr' ? 'o' : 'B'
  return count < 1000 ? `${count} ${unit}` : `${number(Math.round(count / 100) / 10, language)} k${unit}`
}

const units: Record<Language, [number, string][]> = {
  fr: [
    [86_400, 'j'],
    [3_600, 'h'],
    [60, 'min'],
  ],
  en: [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ],
}

/** A length in its two largest units, rounded down: `2 d 4 h`; below a minute, in seconds. */
export function duration(seconds: number, language: Language): string {
  if (seconds < 60) return `${seconds}\u00a0s`
  let rest = seconds
  const parts: string[] = []
  for (const [length, unit] of units[language]) {
    const count = Math.floor(rest / length)
    rest -= count * length
    if (count > 0) parts.push(`${number(count, language)}\u00a0${unit}`)
    else if (parts.length > 0) break
  }
  return parts.slice(0, 2).join(' ')
}
