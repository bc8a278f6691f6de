import type { ParseKeys } from 'i18next'
import type { Tone } from '../ui/Pill'

const known = {
  live: { key: 'journeys.status.live', tone: 'good' },
  paused: { key: 'journeys.status.paused', tone: 'warn' },
  draft: { key: 'journeys.status.draft', tone: 'plain' },
  archived: { key: 'journeys.status.archived', tone: 'plain' },
} satisfies Record<string, { key: ParseKeys; tone: Tone }>

/** How the state of a journey is said and coloured. */
export function statusOf(status: string): { key: ParseKeys; tone: Tone } {
  return status in known ? known[status as keyof typeof known] : known.draft
}
