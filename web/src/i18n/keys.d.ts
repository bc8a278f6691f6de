import 'i18next'
import type fr from './fr.json'

// The French file says which keys exist: a key that is not there fails the build.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof fr }
  }
}
