import type { WeeksAnswer } from '../api/types.gen'

export type PressureRow = { messages: number; weeks: number; more: boolean }
export type BesideRow = PressureRow & { together: number | null }

/** Rows up to `most` messages a week, then one that gathers the rest, so that nothing is cut without being said. */
export function gather(counts: WeeksAnswer[], most = 6): PressureRow[] {
  const sorted = [...counts].sort((one, other) => one.messages - other.messages)
  const rows = sorted.filter((row) => row.messages <= most).map((row) => ({ ...row, more: false }))
  const rest = sorted.filter((row) => row.messages > most)
  if (rest.length === 0) return rows
  return [...rows, { messages: most + 1, weeks: rest.reduce((sum, row) => sum + row.weeks, 0), more: true }]
}

/** The same, with the weeks in which there were so many messages of all journeys beside them; null where there are no others. */
export function beside(counts: WeeksAnswer[], together: WeeksAnswer[] | null): BesideRow[] {
  const alone = gather(counts)
  if (together === null) return alone.map((row) => ({ ...row, together: null }))
  const both = gather(together)
  const numbers = [...new Set([...alone, ...both].map((row) => row.messages))].sort(
    (one, other) => one - other,
  )
  return numbers.map((messages) => {
    const [mine, all] = [alone, both].map((rows) => rows.find((row) => row.messages === messages))
    return {
      messages,
      weeks: mine?.weeks ?? 0,
      more: mine?.more ?? all?.more ?? false,
      together: all?.weeks ?? 0,
    }
  })
}
