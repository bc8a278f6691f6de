import { createContext, useContext } from 'react'
import { useTranslation } from 'react-i18next'
import {
  duration,
  type InstantShape,
  instant,
  type Language,
  number,
  percent,
  typeset,
  type Words,
} from './format'

/** The time zone in which instants are told. */
export const Zone = createContext('UTC')

/** How to write things in the reader's language and the workspace's zone. */
export function useWriting() {
  const { i18n } = useTranslation()
  const zone = useContext(Zone)
  const language: Language = i18n.language.startsWith('en') ? 'en' : 'fr'
  return {
    language,
    zone,
    words: (words: Words) => typeset(words[language], language),
    number: (value: number) => number(value, language),
    duration: (seconds: number) => duration(seconds, language),
    percent: (part: number, whole: number) => percent(part, whole, language),
    instant: (iso: string, shape: InstantShape) => instant(iso, shape, language, zone),
  }
}
