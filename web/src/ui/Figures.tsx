import classes from './Figures.module.css'

export type Figure = { label: string; value: string; note?: string }

/** A row of numbers with their names. */
export function Figures({ figures }: { figures: Figure[] }) {
  return (
    <dl className={classes.figures}>
      {figures.map((figure) => (
        <div key={figure.label} className={classes.figure}>
          <dt>{figure.label}</dt>
          <dd>
            <span className={classes.value}>{figure.value}</span>
            {figure.note && <span className={classes.note}>{figure.note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
