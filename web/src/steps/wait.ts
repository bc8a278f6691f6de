import { Hourglass } from '../ui/icons'
import type { StepFace } from './face'

export const wait: StepFace = { kind: 'wait', Icon: Hourglass, name: 'steps.wait' }
