import { isTaken, type TokenEvidence } from '../evidence/tokens.ts'
import type { Check, Finding, Severity } from '../judging/check.ts'
import { type Basis, brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

const HOUR = 3600
const DAY = 24 * HOUR
/** RFC 6750, 5.3: bearer tokens should end within an hour. */
const SHORT = HOUR
/** NIST SP 800-63B-4: a session should end after 24 hours (2.2.3, AAL2), at most after 30 days (2.1.3, AAL1). */
const SESSION = DAY
const LONGEST = 30 * DAY
/** Of an hour and a minute nobody is worse off. */
const SLACK = 60
/** Verifiers allow for clocks that differ, five minutes by the longest default that we know of. */
const LEEWAY = 300

export const tokenLifetime: Check<'tokens'> = {
  id: 'token-lifetime',
  title: 'A token says that it ends soon, and holds nothing personal',
  risk: 'A token that was copied once opens the account long after, and whoever sees it can read what it holds.',
  severity: 'medium',
  refs: ['WSTG-SESS-10', 'ASVS-9.2.1', 'ASVS-7.3.2', 'CWE-613', 'CWE-359'],
  needs: ['tokens'],

  judge({ tokens: { tokens } }, { expect }) {
    const readable = tokens.filter(({ encrypted }) => !encrypted)
    if (readable.length === 0) {
      return skipped(
        tokens.length === 0
          ? 'no JSON Web Token carries the session'
          : `what the token in ${listed(tokens.map(({ name }) => name))} says is encrypted`,
      )
    }
    const basis: Basis = {
      controls: readable.flatMap(({ controls }) => controls),
      exchanges: readable.flatMap(({ lifetime: { expired } }) => (expired ? [expired.seen.exchange] : [])),
    }
    const findings = readable.flatMap((token) => [
      ...endOf(token),
      ...undeclared(token, expect?.tokenLifetime),
      ...expiredOf(token),
      ...personalOf(token),
    ])
    if (findings.length > 0) return fail(findings, basis)
    const broken = brokenControl(basis.controls ?? [])
    if (broken !== null) return inconclusive(broken, basis)
    return pass(readable.map(inWords).join('. '), basis)
  },
}

function endOf(token: TokenEvidence): Finding[] {
  const { ends, seconds, endsAtLogout } = token.lifetime
  const after = endsAtLogout === false ? ', and the logout does not end it either' : ''
  const about = { where: `token ${token.name}`, kind: 'end', exchanges: [] }
  if (!ends) {
    return [
      {
        ...about,
        seen: `The token in ${token.name} does not say when it ends (no numeric exp)${after}: whoever has a copy has it for good, unless the server ends it by itself.`,
        fix: 'Set exp to minutes and renew the token while the session lives, or keep the session on the server and end it there.',
        severity: endsAtLogout === null ? 'low' : endsAtLogout ? 'info' : 'medium',
      },
    ]
  }
  const severity = severityOf(seconds ?? 0, endsAtLogout)
  if (severity === null) return []
  return [
    {
      ...about,
      seen: `The token in ${token.name} is good for ${inTime(seconds ?? 0)}${after}. RFC 6750 asks for an hour at most, as a copy cannot be told from the original.`,
      fix: 'Let tokens end after minutes, renew them from a session that can be ended, and ask the server about it at each use where they must live longer.',
      severity,
    },
  ]
}

function undeclared({ name, lifetime }: TokenEvidence, declared: number | undefined): Finding[] {
  if (declared === undefined) return []
  const { ends, seconds } = lifetime
  if (ends && (seconds ?? 0) <= declared + SLACK) return []
  return [
    {
      where: `token ${name}`,
      kind: 'policy',
      seen: `The policy says that a token is good for ${inTime(declared)} at most, and the one in ${name} ${ends ? `is for ${inTime(seconds ?? 0)}` : 'does not say when it ends'}.`,
      fix: 'Set exp to what the policy says.',
      exchanges: [],
      severity: 'medium',
    },
  ]
}

/** A token that the logout ends is a session, and may live as long as one. */
function severityOf(seconds: number, endsAtLogout: boolean | null): Severity | null {
  const over = (limit: number) => seconds > limit + SLACK
  if (endsAtLogout === true) return over(LONGEST) ? 'low' : over(SESSION) ? 'info' : null
  if (endsAtLogout === null) return over(SESSION) ? 'low' : over(SHORT) ? 'info' : null
  return over(SESSION) ? 'medium' : over(SHORT) ? 'low' : null
}

function expiredOf(token: TokenEvidence): Finding[] {
  const { expired } = token.lifetime
  // As in token-signature: without a made-up token that is refused, what is let in says nothing.
  const sound = brokenControl(token.controls.filter(({ expected }) => expected === 'refused')) === null
  if (expired === null || !sound || !isTaken(expired) || expired.secondsAgo < LEEWAY) return []
  const which = expired.how === 'forged' ? 'A forged token that ended' : 'A token that had ended'
  return [
    {
      where: `token ${token.name}`,
      kind: 'expired',
      seen: `${which} ${inTime(expired.secondsAgo)} before was still signed in: its end is not looked at.`,
      fix: 'Let the verifier check exp (and nbf) at each use, with a minute of leeway at most.',
      exchanges: [expired.seen.exchange, ...(expired.again ? [expired.again.exchange] : [])],
      severity: 'high',
    },
  ]
}

/** Everybody who has the token can read it: signed is not encrypted. */
function personalOf({ name, personal }: TokenEvidence): Finding[] {
  if (personal.length === 0) return []
  const kinds = [...new Set(personal.map(({ what }) => what))]
  const secret = kinds.some((what) => what.includes('password'))
  const more = kinds.some((what) => /telephone|birth|postal/.test(what))
  return [
    {
      where: `token ${name}`,
      kind: 'personal',
      seen: `The token in ${name} can be read by whoever has it, a log or a proxy too, and holds ${listed(kinds)} (claim ${listed(personal.map(({ claim }) => claim))}).`,
      fix: secret
        ? 'Take it out at once, and take what it gave away for known. A token needs the user’s ID and little else.'
        : 'Name the user by an ID alone, and look the rest up on the server.',
      exchanges: [],
      severity: secret ? 'high' : more ? 'low' : 'info',
    },
  ]
}

function inWords({ name, lifetime: { seconds, expired, endsAtLogout } }: TokenEvidence): string {
  const end =
    expired === null
      ? 'Whether it is refused after its end was not seen'
      : isTaken(expired)
        ? `${inTime(expired.secondsAgo)} after its end it was still taken, which a leeway for clocks explains`
        : `${inTime(expired.secondsAgo)} after its end it was refused`
  const logout = endsAtLogout === true ? ', and the logout ends it before' : ''
  return `${name} is good for ${inTime(seconds ?? 0)}${logout}. ${end}`
}

function inTime(seconds: number): string {
  if (seconds < 2 * HOUR) return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`
  return seconds < 3 * DAY ? `${Math.round(seconds / HOUR)} hours` : `${Math.round(seconds / DAY)} days`
}
