import { Flag } from '../ui/icons'
import type { StepFace } from './face'

export const done: StepFace = { kind: 'done', Icon: Flag, name: 'steps.done' }
