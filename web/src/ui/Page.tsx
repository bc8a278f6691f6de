import { type ReactNode, useEffect } from 'react'
import classes from './Page.module.css'

type Props = {
  title: string
  lead?: ReactNode
  above?: ReactNode
  actions?: ReactNode
  wide?: boolean
  children: ReactNode
}

/** One screen: its title (also the window's), what stands above and beside it, and its content. */
export function Page({ title, lead, above, actions, wide = false, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Parcours`
  }, [title])
  return (
    <div className={classes.page} data-wide={wide || undefined}>
      <header className={classes.head}>
        <div className={classes.titles}>
          {above && <div className={classes.above}>{above}</div>}
          <h1 className={classes.title}>{title}</h1>
          {lead && <div className={classes.lead}>{lead}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}
