import type { WeeksAnswer } from '../api/types.gen'

export type PressureRow = { messages: number; weeks: number; more: boolean }

/** Rows up to `most` messages a week, then one that gathers the rest, so that nothing is cut without being said. */
export function gather(counts: WeeksAnswer[], most = 6): PressureRow[] {
  const sorted = [...counts].sort((one, other) => one.messages - other.messages)
  const rows = sorted.filter((row) => row.messages <= most).map((row) => ({ ...row, more: false }))
  const rest = sorted.filter((row) => row.messages > most)
  if (rest.length === 0) return rows
  return [...rows, { messages: most + 1, weeks: rest.reduce((sum, row) => sum + row.weeks, 0), more: true }]
}
