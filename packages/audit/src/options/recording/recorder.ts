import { AuditError } from '../errors.ts'
import { isRecord, recordsOf, textOf } from './plain.ts'

/** One step of a recording. */
export interface RecordedStep {
  readonly type:
    | 'navigate'
    | 'click'
    | 'doubleClick'
    | 'change'
    | 'keyDown'
    | 'keyUp'
    | 'hover'
    | 'waitForElement'
  /** Ways to the element, each a chain through shadow roots. */
  readonly selectors: readonly (readonly string[])[]
  /** Of `navigate`. */
  readonly url: string
  /** Of `change`. */
  readonly value: string
  /** Of `keyDown` and `keyUp`. */
  readonly key: string
}

/** A recording of the Chrome DevTools Recorder. */
export interface StepsRecording {
  readonly kind: 'steps'
  readonly steps: readonly RecordedStep[]
}

const PLAYED = [
  'navigate',
  'click',
  'doubleClick',
  'change',
  'keyDown',
  'keyUp',
  'hover',
  'waitForElement',
] as const
// They change how a page looks, or end the recording; a login needs none of them.
const LEFT_OUT = new Set(['setViewport', 'emulateNetworkConditions', 'scroll', 'close', 'waitForExpression'])

/** Null for anything else. Throws AuditError `usage` for a step that cannot be played. */
export function readRecorder(data: unknown): StepsRecording | null {
  if (!isRecord(data) || !Array.isArray(data.steps)) return null
  const steps = recordsOf(data.steps).flatMap((step) => {
    const type = PLAYED.find((each) => each === step.type)
    if (type === undefined && !LEFT_OUT.has(textOf(step.type))) {
      throw new AuditError(
        'usage',
        `the recording has a step of the type ${textOf(step.type)}, which cannot be played`,
      )
    }
    return type === undefined ? [] : [readStep(type, step)]
  })
  if (!steps.some(({ type }) => type === 'change')) {
    throw new AuditError(
      'usage',
      'nothing is typed in this recording, so it is none of a login; record it again',
    )
  }
  return { kind: 'steps', steps }
}

function readStep(type: RecordedStep['type'], step: Readonly<Record<string, unknown>>): RecordedStep {
  const selectors = Array.isArray(step.selectors) ? step.selectors : []
  return {
    type,
    selectors: selectors.map((each) => [each].flat().filter((part) => typeof part === 'string')),
    url: textOf(step.url),
    value: textOf(step.value),
    key: textOf(step.key),
  }
}

/** The steps by which a user name and a password are typed; a name may be missing. */
export function typedIn({ steps }: StepsRecording): {
  readonly username: RecordedStep | null
  readonly password: RecordedStep | null
} {
  const changes = steps.filter(({ type }) => type === 'change')
  const named = changes.findLastIndex(({ selectors }) =>
    /pass|pwd|kennwort|contrase|senha/i.test(selectors.flat().join(' ')),
  )
  const at = named < 0 ? changes.length - 1 : named
  return { password: changes[at] ?? null, username: changes[at - 1] ?? null }
}
