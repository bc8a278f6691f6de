import { Fork } from '../ui/icons'
import type { StepFace } from './face'

export const branch: StepFace = { kind: 'branch', Icon: Fork, name: 'steps.branch' }
