import type { ReasonCountAnswer } from '../api/types.gen'
import { useWriting } from '../ui/language'
import { Section } from '../ui/Section'
import classes from './Reasons.module.css'

type Props = { title: string; none: string; reasons: ReasonCountAnswer[] }

/** Reasons in sentences, with how often each was given. */
export function Reasons({ title, none, reasons }: Props) {
  const { words, number } = useWriting()
  const most = Math.max(1, ...reasons.map((reason) => reason.count))
  return (
    <Section title={title} aside={number(reasons.reduce((sum, reason) => sum + reason.count, 0))}>
      {reasons.length === 0 && <p className={classes.none}>{none}</p>}
      <ul className={classes.list}>
        {reasons.map((reason) => (
          <li key={reason.reason} className={classes.row}>
            <span>{words(reason.sentence)}</span>
            <span data-numbers>{number(reason.count)}</span>
            <span className={classes.bar} style={{ inlineSize: `${(100 * reason.count) / most}%` }} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
