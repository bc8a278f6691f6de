import type { MomentAnswer } from '../api/types.gen'
import { dayOf } from '../ui/format'

export type Day = { day: string; at: string; moments: MomentAnswer[] }
export type Filter = 'all' | MomentAnswer['source']

/** Lines of a timeline, newest first, gathered by calendar day of the zone. */
export function byDay(moments: MomentAnswer[], zone: string): Day[] {
  const days: Day[] = []
  for (const moment of moments) {
    const day = dayOf(moment.at, zone)
    const last = days.at(-1)
    if (last?.day === day) last.moments.push(moment)
    else days.push({ day, at: moment.at, moments: [moment] })
  }
  return days
}

/** The lines of one source, or all. */
export function only(moments: MomentAnswer[], filter: Filter): MomentAnswer[] {
  return filter === 'all' ? moments : moments.filter((moment) => moment.source === filter)
}

/** Properties on one line: the few that fit, then how many more there are. Nested values are counted, not shown. */
export function summary(
  properties: Record<string, unknown>,
  most = 4,
): { shown: [string, string][]; more: number } {
  const plain = Object.entries(properties).filter(([, value]) => value !== null && typeof value !== 'object')
  const shown = plain.slice(0, most).map(([key, value]): [string, string] => [key, String(value)])
  return { shown, more: Object.keys(properties).length - shown.length }
}
