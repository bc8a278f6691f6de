import { Spark } from '../ui/icons'
import type { StepFace } from './face'

export const entry: StepFace = { kind: 'entry', Icon: Spark, name: 'steps.entry' }
