import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from './en.json'
import fr from './fr.json'

const KEPT_UNDER = 'parcours.language'

/** What was chosen here before, else the browser's first language, else French. */
function firstLanguage(): 'fr' | 'en' {
  const kept = localStorage.getItem(KEPT_UNDER)
  if (kept === 'fr' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'fr'
}

export function chooseLanguage(language: 'fr' | 'en') {
  localStorage.setItem(KEPT_UNDER, language)
  void i18next.changeLanguage(language)
}

function tell(language: string) {
  document.documentElement.lang = language
}

i18next.on('languageChanged', tell)

void i18next.use(initReactI18next).init({
  resources: { fr: { translation: fr }, en: { translation: en } },
  lng: firstLanguage(),
  fallbackLng: false,
  interpolation: { escapeValue: false },
  returnNull: false,
})

export default i18next
