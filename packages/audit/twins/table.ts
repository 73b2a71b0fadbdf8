import type { Judged, Trial } from './trial.ts'
import { CHECKS, type CheckId } from './twin.ts'

const HEADINGS: { readonly [check in CheckId]: string } = {
  'cookie-httponly': 'httponly',
  'cookie-secure': 'secure',
  'cookie-samesite': 'samesite',
  'cookie-scope': 'scope',
  'cookie-lifetime': 'lifetime',
  fixation: 'fixation',
  'strict-ids': 'strict',
  logout: 'logout',
  'remember-me': 'remember',
  'logout-get': 'get-out',
  'logout-in-flight': 'in-flight',
  'late-answer': 'late',
  'stream-outlives-logout': 'stream',
  'bulk-revoke': 'all-out',
  'cross-site-request': 'x-site',
  'login-csrf': 'x-login',
  'cookie-tossing': 'tossing',
  'session-puzzling': 'puzzle',
  'two-users': 'users',
  'concurrent-sessions': 'many',
  'idle-timeout': 'idle',
  'absolute-timeout': 'absolute',
  reauthentication: 'reauth',
  'password-change-rotation': 'pw-id',
  'password-change-sessions': 'pw-others',
  'id-in-url': 'in-url',
  'referrer-leak': 'referrer',
  'id-exposed': 'exposed',
  'id-length': 'length',
  'id-predictable': 'predict',
  'token-signature': 'tok-sig',
  'token-lifetime': 'tok-life',
  'cookie-secret': 'secret',
  framing: 'framing',
  caching: 'caching',
  'shared-cache': 'shared',
  transport: 'transport',
  downgrade: 'downgrade',
  'default-name': 'name',
}

const MARKS = { pass: '.', fail: 'FAIL', inconclusive: '?', skipped: '-', missing: ' ' } as const

export const LEGEND =
  '. pass   - skipped   ? inconclusive   [FAIL] found what was planted   FAIL! false positive   [.]! false negative'

export function heading(nameWidth: number): string {
  const names = CHECKS.map((check) => HEADINGS[check].padEnd(widthOf(check)))
  return `${'twin'.padEnd(nameWidth)} ${names.join(' ')} wrong`
}

/** One line: a mark for each check, then the false positives and negatives. */
export function row(trial: Trial, nameWidth: number, colour: boolean): string {
  const name = trial.twin.name.padEnd(nameWidth)
  if (trial.notRun !== null) return painted(`${name} NOT RUN: ${trial.notRun}`, 31, colour)
  const cells = CHECKS.map((check) => {
    const judged = trial.judged.find((one) => one.check === check)
    const text = (judged ? markOf(judged) : '').padEnd(widthOf(check))
    return judged?.wrong ? painted(text, 31, colour) : judged?.planted ? painted(text, 32, colour) : text
  })
  const positives = trial.judged.filter(({ wrong }) => wrong === 'false-positive').length
  const negatives = trial.judged.filter(({ wrong }) => wrong === 'false-negative').length
  const broken = trial.broken.length === 0 ? '' : ' BROKEN'
  return `${name} ${cells.join(' ')} ${positives} FP ${negatives} FN${broken}`
}

function markOf(judged: Judged): string {
  const mark = MARKS[judged.mark]
  return `${judged.planted ? `[${mark}]` : mark}${judged.wrong ? '!' : ''}`
}

function widthOf(check: CheckId): number {
  return Math.max(HEADINGS[check].length, '[FAIL]'.length)
}

function painted(text: string, code: number, colour: boolean): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text
}
