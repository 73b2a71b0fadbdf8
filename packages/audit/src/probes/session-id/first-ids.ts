import type { FixationTrial } from '../../evidence/evidence.ts'
import type { BrowserJar, Credential } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { asNamed, underLabel } from '../carrier/renamed.ts'
import { isCompanion, type ProbeContext } from '../context.ts'

/** A page, other than that of the login, on which a browser is given its first ID. */
export interface Way {
  readonly way: NonNullable<FixationTrial['way']>
  readonly url: URL
}

/** The pages that gave an ID to clients without one so far: each may be where an attacker got the ID from. */
export function waysToFirstId(context: ProbeContext): Way[] {
  const { start, signIn, oracle } = context
  const pages: readonly Way[] = [
    { way: 'start page', url: start },
    { way: 'protected page', url: oracle.url },
  ]
  const once = pages.filter(({ url }, at) => pages.findIndex((page) => page.url.href === url.href) === at)
  return once.filter(({ url }) => url.href !== signIn.entry.href && issues(context, url))
}

function issues(context: ProbeContext, page: URL): boolean {
  return issuedToVisitors(context).some(({ url }) => url.href === page.href)
}

/** What visitors who came without it were given, the newest first. */
export function issuedToVisitors(context: ProbeContext): (Credential & { readonly url: URL })[] {
  const { http, carrier, renamings } = context
  const visitors = http.answers.filter((answer) => isToVisitor(context, answer))
  const given = visitors.flatMap(({ cookies, url }) =>
    cookies
      .map((cookie) => ({ cookie, label: underLabel(cookie.name, renamings) }))
      .filter(({ cookie }) => !cookie.deletion)
      .filter(({ label }) => carrier.carriers.includes(label) && !isCompanion(context, label))
      .map(({ cookie, label }) => ({
        kind: 'cookie' as const,
        name: label,
        value: cookie.value,
        sentAs: cookie.name,
        url,
      })),
  )
  return given.reverse()
}

/** Whether who asked had nothing of a session: one that is remembered is given an ID too, and is no visitor. */
export function isToVisitor({ carrier, renamings }: ProbeContext, { phase, sentNames }: Answer): boolean {
  const isSent = sentNames.some((name) => carrier.carriers.includes(underLabel(name, renamings)))
  return (phase === 'anonymous' || phase === 'replay') && !isSent
}

/** The secret carriers that a browser holds before a login, whichever of the site's paths they belong to. */
export function heldBefore(context: ProbeContext, jar: BrowserJar): readonly Credential[] {
  const { signIn, start, oracle } = context
  const held = [oracle.url, signIn.entry, signIn.action, start].flatMap((url) => jar.credentials(url))
  return secretOnes(context, held)
}

export function secretOnes(context: ProbeContext, credentials: readonly Credential[]): readonly Credential[] {
  const { carrier, renamings } = context
  const once = new Map<string, Credential>()
  for (const credential of asNamed(credentials, renamings)) {
    const { name, value } = credential
    if (!carrier.carriers.includes(name) || isCompanion(context, name)) continue
    once.set(JSON.stringify([name, value]), credential)
  }
  return [...once.values()]
}
