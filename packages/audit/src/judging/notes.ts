import type {
  CarrierEvidence,
  Evidence,
  OracleEvidence,
  SignInEvidence,
  TimeoutsEvidence,
} from '../evidence/evidence.ts'
import { listed } from './verdicts.ts'

/** What a reader should know of the site although it is no verdict. */
export function notesOf({ signIn, oracle, carrier, timeouts }: Evidence): readonly string[] {
  const waiting = timeouts.status === 'gathered' ? ofDue(timeouts.value) : []
  const confirmed = signIn.status === 'gathered' ? ofConfirmed(signIn.value) : []
  const evicted = oracle.status === 'gathered' ? ofEvicted(oracle.value) : []
  if (carrier.status !== 'gathered') return [...waiting, ...confirmed, ...evicted]
  const { value } = carrier
  return [
    ...waiting,
    ...confirmed,
    ...evicted,
    ...ofEnded(value),
    ...ofCompanions(value),
    ...ofRenamed(value),
  ]
}

function ofDue({ due }: TimeoutsEvidence): readonly string[] {
  if (due === null) return []
  const last = due.next === due.last ? '' : ` (the last look is due at ${due.last})`
  return [
    `come back after ${due.next}, with the same --resume file: sessions are to be looked at then${last}`,
  ]
}

function ofConfirmed({ confirmed = [] }: SignInEvidence): readonly string[] {
  if (confirmed.length === 0) return []
  return [`after the password each login had something to confirm, and did: ${listed(confirmed)}`]
}

function ofEvicted({ evictedBy }: OracleEvidence): readonly string[] {
  if (evictedBy === undefined) return []
  return [
    `the site keeps only a few sessions of one address: ${evictedBy} visitors of the audit ended its user's session, and as many requests of one visitor did not; from then on one visitor stood for all who have no cookies`,
  ]
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
