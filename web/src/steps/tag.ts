import { Label } from '../ui/icons'
import type { StepFace } from './face'

export const tag: StepFace = { kind: 'tag', Icon: Label, name: 'steps.tag' }
