import { useReducedMotion } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { MoveAnswer, StageAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import classes from './StageStrip.module.css'
import { size, type Trip, trips } from './strip.shape'

type Props = { stages: StageAnswer[]; moves: MoveAnswer[]; every: number }

/** The stages as stations of one line, people as dots that travel when they change stage. */
export function StageStrip({ stages, moves, every }: Props) {
  const { t } = useTranslation()
  const { words, number, percent } = useWriting()
  const track = useTravellers(stages, moves, every)
  const most = Math.max(0, ...stages.map((stage) => stage.count))
  const everybody = stages.reduce((sum, stage) => sum + stage.count, 0)
  return (
    <section className={classes.strip} aria-label={t('overview.stages')}>
      <div ref={track} className={classes.track} aria-hidden="true" />
      <ol className={classes.stations}>
        {stages.map((stage) => {
          const diameter = size(stage.count, most)
          return (
            <li key={stage.key} className={classes.station}>
              <span className={classes.point}>
                <span style={{ width: diameter, height: diameter }} />
              </span>
              <span className={classes.count}>{number(stage.count)}</span>
              <span className={classes.title}>{words(stage.title)}</span>
              <span className={classes.share}>{percent(stage.count, everybody)}</span>
            </li>
          )
        })}
      </ol>
    </section>
  )
}

/** Draws a dot for each move that was not seen yet. Nothing travels for those who asked for less motion, nor at the first reading. */
function useTravellers(stages: StageAnswer[], moves: MoveAnswer[], every: number) {
  const track = useRef<HTMLDivElement>(null)
  const seen = useRef<Set<string> | null>(null)
  const still = useReducedMotion()
  useEffect(() => {
    const line = track.current
    if (line && seen.current && !still && !document.hidden)
      for (const trip of trips(moves, seen.current, stages, every)) travel(line, trip)
    seen.current = new Set([...(seen.current ?? []), ...moves.map((move) => move.id)].slice(-2_000))
  }, [stages, moves, every, still])
  return track
}

function travel(line: HTMLElement, { from, to, delay }: Trip) {
  const dot = document.createElement('span')
  dot.className = classes.dot ?? ''
  line.append(dot)
  const upright = line.clientHeight > line.clientWidth
  const length = upright ? line.clientHeight : line.clientWidth
  const lift = Math.min(26, 10 + 30 * Math.abs(to - from))
  const place = (at: number, up: number) =>
    upright ? `translate(${up}px, ${at * length}px)` : `translate(${at * length}px, ${-up}px)`
  const frames = [
    { transform: place(from, 0), opacity: 0 },
    { transform: place(from + (to - from) * 0.15, lift * 0.6), opacity: 1, offset: 0.15 },
    { transform: place((from + to) / 2, lift), opacity: 1, offset: 0.5 },
    { transform: place(to - (to - from) * 0.15, lift * 0.6), opacity: 1, offset: 0.85 },
    { transform: place(to, 0), opacity: 0 },
  ]
  const flight = dot.animate(frames, { duration: 1_600, delay, easing: 'ease-in-out', fill: 'both' })
  flight.onfinish = () => dot.remove()
  flight.oncancel = () => dot.remove()
}
