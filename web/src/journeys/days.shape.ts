import type { DayAnswer } from '../api/types.gen'

export type Bar = { from: string; to: string; messages: number }
export type Chart = { channel: string; total: number; most: number; step: number; bars: Bar[] }

const DAY = 86_400_000
const STEPS = [1, 7, 28]

/** One chart per channel: bars of one day, one week or four weeks, whichever gives at most `most` of them; days without any are there. */
export function charts(days: DayAnswer[], most = 100): Chart[] {
  const instants = days.map((day) => instant(day.day))
  const first = Math.min(...instants)
  const count = days.length === 0 ? 0 : (Math.max(...instants) - first) / DAY + 1
  const step = STEPS.find((each) => count / each <= most) ?? Math.ceil(count / most)
  return [...new Set(days.map((day) => day.channel))].sort().map((channel) => {
    const bars = Array.from({ length: Math.ceil(count / step) }, (_, index): Bar => {
      const from = first + index * step * DAY
      return { from: day(from), to: day(from + (step - 1) * DAY), messages: 0 }
    })
    for (const one of days) {
      const bar = bars[Math.floor((instant(one.day) - first) / DAY / step)]
      if (bar && one.channel === channel) bar.messages += one.messages
    }
    const messages = bars.map((bar) => bar.messages)
    const total = messages.reduce((sum, each) => sum + each, 0)
    return { channel, total, most: Math.max(0, ...messages), step, bars }
  })
}

const instant = (day: string) => Date.parse(`${day}T00:00:00Z`)
const day = (at: number) => new Date(at).toISOString().slice(0, 10)
