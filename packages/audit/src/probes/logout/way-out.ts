import type { BrowserJar } from '../../network/cookies/jar.ts'
import { ProbeError } from '../../options/errors.ts'
import type { ProbeContext } from '../context.ts'
import { controlsFor, shownOnLanding, use } from './leaving.ts'
import { noWayOut, PRESSED } from './logout.ts'
import type { LogoutControl } from './logout-control.ts'

/** What the pages of the login show, where the way that the logout was proved to work by is among it; else all there is. */
export async function waysOut(
  context: ProbeContext,
  jar: BrowserJar,
  landed: ProbeContext['landed'],
): Promise<LogoutControl[]> {
  const shown = shownOnLanding(context, landed)
  return shown.some((control) => isTheOneUsed(context, control)) ? shown : controlsFor(context, jar, landed)
}

/** The control that the logout was proved to work by, else the one that looks most like it. */
export function surest(context: ProbeContext, controls: readonly LogoutControl[]): LogoutControl | null {
  return controls.find((control) => isTheOneUsed(context, control)) ?? controls[0] ?? null
}

export function isTheOneUsed(
  { gathered, http }: ProbeContext,
  { method = 'GET', url }: LogoutControl,
): boolean {
  const used = gathered.logout?.status === 'gathered' ? gathered.logout.value.how : null
  const address = (href: string) => href.split('?')[0]
  return method === used?.method && address(http.secrets.redactUrl(url.href)) === address(used.url)
}

/** What the page's own control asked for, where that alone did it. */
export function pressedInBrowser({ gathered, start, signIn }: ProbeContext): LogoutControl | null {
  const worked = gathered.logout?.status === 'gathered' ? gathered.logout.value.how : null
  if (!signIn.leave || !worked?.found.endsWith(PRESSED)) return null
  const { method, url, found } = worked
  return { method, url: new URL(url), found, rank: 0, from: start }
}

/** The way by which the logout was proved to work, ready to be used. */
export async function wayOut(
  context: ProbeContext,
  jar: BrowserJar,
  landed: ProbeContext['landed'],
): Promise<() => Promise<unknown>> {
  const { signIn, start } = context
  if (pressedInBrowser(context)) return async () => signIn.leave?.(jar, start)
  const control = surest(context, await waysOut(context, jar, landed))
  if (control === null) throw new ProbeError(noWayOut([]))
  return () => use(context, jar, control)
}
