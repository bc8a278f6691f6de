import type { ReactNode } from 'react'
import classes from './Pill.module.css'

export type Tone = 'plain' | 'good' | 'warn' | 'stop'

/** A short state, by word first and colour second. */
export function Pill({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={classes.pill} data-tone={tone}>
      {children}
    </span>
  )
}
