import { Ear } from '../ui/icons'
import type { StepFace } from './face'

export const waitFor: StepFace = { kind: 'wait_for', Icon: Ear, name: 'steps.wait_for' }
