import { parseDuration } from '../policies/duration.ts'
import type { SessionContext } from '../request/context.ts'
import type { LogoutProvider } from './providers.ts'
import { Refused } from './refused.ts'
import { markSeen, wasSeen } from './seen.ts'
import { changeCredential, revokeSignalled, type UserOf } from './signals.ts'
import { createVerifySigned, type SignedToken } from './signed-token.ts'
import { isObject, isText, type SignalSubject, signalSubjectOf } from './subject.ts'

export interface SignalOptions {
  /** Who transmits, and by which keys. Each speaks of its own subjects. */
  readonly providers: readonly LogoutProvider[]
  /** For subjects that are no `iss_sub` of the provider. Default: they concern nobody here. */
  readonly userOf?: UserOf | undefined
  /** Called with the `state` of a verification event: the stream works. */
  readonly onVerification?:
    | ((of: { readonly issuer: string; readonly state: string | null }) => unknown)
    | undefined
}

export const signalOptions = { providers: true, userOf: true, onVerification: true } as const

const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification'

/** Milliseconds: a transmitter may send what was not taken for days, and again what was. */
const remembered = parseDuration('7d', 'remembered')

/** Seconds that the clocks of a transmitter and ours may be apart. */
const clockSkew = 300

/** Takes one Security Event Token: verified, acted on, remembered. What comes again is taken again, and does nothing. */
export type TakeEvent = (text: string) => Promise<void>

/** Rules of RFC 8417, and of Shared Signals Framework 1.0 section 4: no `exp`, no `sub`, a type of its own. */
export function createTakeEvent(context: SessionContext, options: SignalOptions): TakeEvent {
  const verify = createVerifySigned(options.providers, context.now)
  const rules = { requiredClaims: ['iss', 'aud', 'iat', 'jti', 'events'], clockTolerance: clockSkew }

  return async (text) => {
    const { issuer, id, events, subject, at } = eventOf(await verify(text, rules), context.now())
    const name = { issuer, id }
    if (await wasSeen(context, name)) return
    const told = { issuer, at, userOf: options.userOf }
    for (const [type, event] of Object.entries(events)) {
      const when = { ...told, at: timeOf(event) ?? at }
      if (type === `${caep}session-revoked`) await revokeSignalled(context, about(subject, event), when)
      else if (type === `${caep}credential-change`)
        await changeCredential(context, about(subject, event), when)
      else if (type === verification) tellVerified(options, issuer, event)
    }
    await markSeen(context, name, context.now() + remembered)
  }
}

function eventOf({ provider, claims, type }: SignedToken, now: number) {
  if (type !== 'secevent+jwt') throw invalid('the token is of another type (typ)')
  const { jti, iat = 0, events, sub_id } = claims
  for (const name of ['exp', 'sub', 'nonce'])
    if (name in claims) throw invalid(`there is a claim ${name}, which a security event must not have`)
  if (!isText(jti)) throw invalid('the claim jti is not a text')
  if (iat * 1000 > now + clockSkew * 1000) throw invalid('the claim iat is of the future')
  if (!isObject(events) || Object.keys(events).length === 0) throw invalid('there is no event')
  const known: Record<string, Readonly<Record<string, unknown>>> = {}
  for (const [name, event] of Object.entries(events)) {
    if (!isObject(event)) throw invalid('an event is no object')
    known[name] = event
  }
  return { issuer: provider.issuer, id: jti, events: known, subject: sub_id, at: Math.floor(iat) * 1000 }
}

/** Before the final text, the subject was a member of each event. */
function about(subject: unknown, event: Readonly<Record<string, unknown>>): SignalSubject {
  const about = signalSubjectOf(subject ?? event.subject)
  // Ending more than was meant would be an outage that anybody's lost device brings about.
  if (about.isNarrower && about.sid === null)
    throw invalid('the subject is a part of a user that no session here is known by')
  return about
}

/** Milliseconds; null where the event does not say when it happened. */
function timeOf({ event_timestamp: at }: Readonly<Record<string, unknown>>): number | null {
  if (at === undefined) return null
  if (typeof at !== 'number' || !Number.isFinite(at) || at < 0 || at > 1e11)
    throw invalid('event_timestamp is not a time')
  return Math.floor(at) * 1000
}

function tellVerified(
  options: SignalOptions,
  issuer: string,
  { state }: Readonly<Record<string, unknown>>,
): void {
  if (state !== undefined && !isText(state)) throw invalid('state is not a text')
  options.onVerification?.({ issuer, state: state ?? null })
}

function invalid(why: string): Refused {
  return new Refused('invalid_request', why)
}
