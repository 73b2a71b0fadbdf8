import type { CarrierEvidence, Evidence } from '../evidence/evidence.ts'
import { listed } from './verdicts.ts'

/** What a reader should know of the site although it is no verdict. */
export function notesOf({ carrier }: Evidence): readonly string[] {
  if (carrier.status !== 'gathered') return []
  return [...ofEnded(carrier.value), ...ofCompanions(carrier.value), ...ofRenamed(carrier.value)]
}

function ofEnded({ ended = [] }: CarrierEvidence): readonly string[] {
  if (ended.length === 0) return []
  const sent = ended.map((trial) => trial.sent.join(' + '))
  return [
    `the site ends a session that comes with ${listed(sent)} alone: the audit signed in again ${times(ended.length)}`,
  ]
}

function ofCompanions({ companions = [] }: CarrierEvidence): readonly string[] {
  if (companions.length === 0) return []
  const verb = companions.length === 1 ? 'is' : 'are'
  return [`${listed(companions)} ${verb} needed beside the session and no secret, so not judged as one`]
}

function ofRenamed({ renamed = [] }: CarrierEvidence): readonly string[] {
  if (renamed.length === 0) return []
  return [`the name of ${listed(renamed)} changes, with a random part where the star is`]
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
