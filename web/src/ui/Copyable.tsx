import { Button, CopyButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import classes from './Copyable.module.css'
import { Check, Copy } from './icons'

/** Text to be copied elsewhere. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation()
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <span>{label}</span>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={copy}
              leftSection={copied ? <Check /> : <Copy />}
            >
              {t(copied ? 'ui.copied' : 'ui.copy')}
            </Button>
          )}
        </CopyButton>
      </figcaption>
      <pre className={classes.text}>{text.trimEnd()}</pre>
    </figure>
  )
}
