import { attribute } from './attribute'
import { branch } from './branch'
import { done } from './done'
import { entry } from './entry'
import type { StepFace } from './face'
import { send } from './send'
import { split } from './split'
import { tag } from './tag'
import { untag } from './untag'
import { wait } from './wait'
import { waitFor } from './wait-for'

const faces = new Map(
  [entry, wait, waitFor, branch, split, send, tag, untag, attribute, done].map((face) => [face.kind, face]),
)

/** The face of a kind; a kind of a newer server looks like an entry without being one. */
export function faceOf(kind: string): StepFace {
  return faces.get(kind) ?? { ...entry, kind, name: 'steps.unknown' }
}
