import type { MessageAnswer } from '../api/types.gen'

export type State = MessageAnswer['state']

/** What one looks for, as states: several states can be one answer to the reader. */
export const VIEWS = {
  all: [],
  waiting: ['planned', 'claimed'],
  sent: ['sent', 'delivered'],
  uncertain: ['uncertain'],
  failed: ['failed', 'bounced', 'complained'],
  skipped: ['skipped', 'withheld'],
} as const satisfies Record<string, readonly State[]>

export type View = keyof typeof VIEWS

export const VIEW_NAMES = Object.keys(VIEWS) as View[]

/** The view of an address; anything else is the view of all. */
export function viewOf(text: unknown): View {
  return VIEW_NAMES.find((name) => name === text) ?? 'all'
}

/** How many messages a view holds. */
export function countOf(view: View, counts: Record<string, number>): number {
  const states: readonly string[] = VIEWS[view].length > 0 ? VIEWS[view] : Object.keys(counts)
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
}

const TONES: Partial<Record<State, 'good' | 'warn' | 'stop'>> = {
  sent: 'good',
  delivered: 'good',
  uncertain: 'warn',
  failed: 'stop',
  bounced: 'stop',
  complained: 'stop',
}

/** The colour that goes with the word of a state. */
export function toneOf(state: State): 'plain' | 'good' | 'warn' | 'stop' {
  return TONES[state] ?? 'plain'
}
