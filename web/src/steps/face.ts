import type { ParseKeys } from 'i18next'
import type { Envelope } from '../ui/icons'

/** How a kind of step looks: its icon and its name. Its sentence comes from the server, which knows its document. */
export type StepFace = { kind: string; Icon: typeof Envelope; name: ParseKeys }
