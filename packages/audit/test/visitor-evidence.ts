import type { VisitorEvidence } from '../src/evidence/evidence.ts'
import { held } from './sample-evidence.ts'

/** A site that gives a visitor these cookies, each of them a session. */
export function visitorOf(...names: readonly string[]): VisitorEvidence {
  const cookies = names.map((name) => ({
    ...{ name, provedBy: 'token' as const, resembles: false, why: 'a token goes with it' },
    ...{ exchanges: [6], controls: [held] },
  }))
  return { page: 'https://app.example.com/login', cookies, login: null, hints: [] }
}
