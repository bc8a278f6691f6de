import { Dice } from '../ui/icons'
import type { StepFace } from './face'

export const split: StepFace = { kind: 'split', Icon: Dice, name: 'steps.split' }
