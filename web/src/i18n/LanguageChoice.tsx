import { useTranslation } from 'react-i18next'
import { useWriting } from '../ui/language'
import { chooseLanguage } from '.'
import classes from './LanguageChoice.module.css'

const languages = [
  { code: 'fr', name: 'Français' },
  { code: 'en', name: 'English' },
] as const

/** French or English, each named in itself. */
export function LanguageChoice() {
  const { t } = useTranslation()
  const { language } = useWriting()
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend to two small buttons
    <div role="group" aria-label={t('shell.language')} className={classes.choice}>
      {languages.map(({ code, name }) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-label={name}
          aria-pressed={code === language}
          onClick={() => chooseLanguage(code)}
        >
          {code}
        </button>
      ))}
    </div>
  )
}
