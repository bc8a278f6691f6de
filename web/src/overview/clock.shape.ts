import type { ClockAnswer } from '../api/types.gen'

/** A day in ten seconds, the demo's own pace. */
export const PACE = 8_640
const FASTEST = PACE * 8

/** How much of the replay is behind us, 0 to 1. */
export function progress(clock: Pick<ClockAnswer, 'now' | 'first' | 'last'>): number {
  if (!clock.first || !clock.last) return 0
  const [first, last, now] = [clock.first, clock.last, clock.now].map((iso) => new Date(iso).getTime()) as [
    number,
    number,
    number,
  ]
  return last <= first ? 1 : Math.min(1, Math.max(0, (now - first) / (last - first)))
}

/** The next speed: twice as fast, and from the fastest back to the demo's own pace. */
export function faster(speed: number): number {
  return speed >= FASTEST ? PACE : Math.min(FASTEST, speed * 2)
}
