import { isStorable } from '../record/values/stored-text.ts'
import { Refused } from './refused.ts'

/** Whom a signal is about, by RFC 9493: the formats that name somebody at a provider, and what else there is. */
export interface SubjectIdentifier {
  readonly format: string
  readonly [member: string]: unknown
}

/** What a signal is about, as far as it concerns sessions. */
export interface SignalSubject {
  /** The user; null where a session alone is named. */
  readonly user: SubjectIdentifier | null
  /** A session of the provider; null for all. */
  readonly sid: string | null
  /** Whether it says of a device, a tenant or else, which nobody here knows sessions by. */
  readonly isNarrower: boolean
}

const longest = 2048

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest && isStorable(value)
}

/** @throws Refused where it is no identifier (RFC 9493 section 3) */
export function identifierOf(value: unknown): SubjectIdentifier {
  if (!isObject(value) || !isText(value.format)) throw new Refused('invalid_request', 'there is no subject')
  const needed = value.format === 'iss_sub' ? ['iss', 'sub'] : value.format === 'opaque' ? ['id'] : []
  if (!needed.every((name) => isText(value[name])))
    throw new Refused('invalid_request', 'the subject is not as its format has it')
  return value as SubjectIdentifier
}

const knownParts = ['format', 'user', 'session']

/**
 * A subject of signals: simple, or of several parts that all apply (Shared Signals Framework 1.0, section 3).
 * @throws Refused
 */
export function signalSubjectOf(value: unknown): SignalSubject {
  const subject = identifierOf(value)
  if (subject.format !== 'complex') return { user: subject, sid: null, isNarrower: false }
  const user = subject.user === undefined ? null : identifierOf(subject.user)
  const session = subject.session === undefined ? null : identifierOf(subject.session)
  const isOther = Object.keys(subject).some((name) => !knownParts.includes(name))
  const sid = session?.format === 'opaque' ? String(session.id) : null
  if (user === null && session === null) throw new Refused('invalid_request', 'the subject names nobody')
  return { user, sid, isNarrower: isOther || (session !== null && sid === null) }
}
