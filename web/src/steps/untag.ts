import { Label } from '../ui/icons'
import type { StepFace } from './face'

export const untag: StepFace = { kind: 'untag', Icon: Label, name: 'steps.untag' }
