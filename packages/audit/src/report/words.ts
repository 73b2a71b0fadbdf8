import type { Report } from '../judging/check.ts'

/** Said wherever controls are shown. */
export const CONTROLS =
  'A control is a look that shows that the test itself works: the session was alive just before, a visitor or a made-up ID is refused. Where one did not hold, nothing is concluded.'

/** Said wherever curl lines are shown. */
export const AGAIN =
  'In this order, with your own values where a line says <name:fingerprint>; a fingerprint is the first 8 digits of the value’s SHA-256.'

/** The first line of a report: was it really signed in, as whom, and what shows it? */
export function signedInLine({ signedIn, target, outcome }: Report): string {
  if (target.passive) return 'Not signed in, as asked: this is what a visitor gets.'
  if (signedIn === undefined)
    return 'Whether it was signed in is not in this report, which is of an earlier version.'
  if (signedIn === null) return 'Not signed in.'
  const { account, how, page, provedBy } = signedIn
  const who = account === null ? 'Signed in' : `Signed in as ${account}`
  const where = page === null ? '' : ` (${page})`
  if (provedBy === null) return `${who} ${how}${where}, which nothing proved.`
  const unsure = outcome === 'not-established' ? ' What carries the session was not established.' : ''
  return `${who} ${how}${where}, proved by ${provedBy}.${unsure}`
}

/** The recognised framework, with its version where that is known. */
export function frameworkOf({ framework, frameworkVersion }: Report): string | null {
  if (framework === null) return null
  return frameworkVersion ? `${framework} ${frameworkVersion}` : framework
}
