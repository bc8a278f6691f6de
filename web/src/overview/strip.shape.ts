import type { MoveAnswer, StageAnswer } from '../api/types.gen'

/** Somebody on the way: from one place of the strip to another, both between 0 (start) and 1 (end), and when to leave (ms). */
export type Trip = { id: string; from: number; to: number; delay: number }

/** Where the station of a stage stands on the strip: in the middle of its share. */
export function station(index: number, count: number): number {
  return (index + 0.5) / count
}

/** Trips for moves not shown yet, oldest first, spread over `span` ms. Somebody new comes in from the left edge; unknown stages are left out. */
export function trips(
  moves: MoveAnswer[],
  seen: ReadonlySet<string>,
  stages: StageAnswer[],
  span: number,
): Trip[] {
  const at = new Map(stages.map((stage, index) => [stage.key, station(index, stages.length)]))
  const fresh = moves.filter((move) => !seen.has(move.id) && at.has(move.target)).reverse()
  return fresh.map((move, rank) => ({
    id: move.id,
    from: at.get(move.source) ?? 0,
    to: at.get(move.target) ?? 1,
    delay: (span * rank) / fresh.length,
  }))
}

/** How big a station is drawn: by the square root of its share of the people, between 12 and 34 pixels. */
export function size(count: number, most: number): number {
  return most <= 0 ? 12 : Math.round(12 + 22 * Math.sqrt(count / most))
}
