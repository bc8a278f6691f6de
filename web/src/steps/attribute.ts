import { Pencil } from '../ui/icons'
import type { StepFace } from './face'

export const attribute: StepFace = { kind: 'attribute', Icon: Pencil, name: 'steps.attribute' }
