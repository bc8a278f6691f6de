import { Envelope } from '../ui/icons'
import type { StepFace } from './face'

export const send: StepFace = { kind: 'send', Icon: Envelope, name: 'steps.send' }
