import { sendsByScript } from '../../login/sign-in.ts'
import { below } from '../../login/usual-paths.ts'
import { fillBody, type NamedRequest } from '../../options/request.ts'
import type { ProbeContext } from '../context.ts'
import type { LogoutControl } from './logout-control.ts'
import { type ScriptSource, scriptRequest } from './script-request.ts'

/** Where sites usually end a session; asked for only when no page offers a way out. */
const USUAL_PATHS = ['/logout', '/signout', '/api/logout', '/auth/logout']
const BESIDE_LOGIN = ['logout', 'signout']

/**
 * The user's own request, with what a script of the site sends along. None where it wants a token that the login did not
 * give.
 */
export function requested(source: ScriptSource, { method, url, body }: NamedRequest): LogoutControl[] {
  const control = scriptRequest(source, { url, method, found: 'named by the user', rank: 0 })
  if (body === null) return [control]
  const { token, refresh } = source.jar
  const texts = {
    ...(token && { access_token: token.value }),
    ...(refresh && { refresh_token: refresh[1] }),
  }
  const filled = fillBody(body, texts)
  return filled === null ? [] : [{ ...control, body: filled }]
}

/** Every way to call an address that the user named. */
export function named(context: ProbeContext, source: ScriptSource, url: URL): LogoutControl[] {
  return inWays(context, source, url, ['GET', 'POST', 'DELETE'], 'named by the user')
}

/** Addresses of which nothing is known but that sites often have them. Nothing is deleted at a guess. */
export function usual(context: ProbeContext, source: ScriptSource): LogoutControl[] {
  const { start, signIn } = context
  const beside = source.jar.token === null ? [] : BESIDE_LOGIN.map((name) => new URL(name, signIn.action))
  const urls = [...beside, ...below(USUAL_PATHS, start)].filter((url) => source.http.allows(url))
  const unique = [...new Map(urls.map((url) => [url.href, url])).values()]
  const guesses = unique.flatMap((url) => inWays(context, source, url, ['GET', 'POST'], 'a usual address'))
  return guesses.map((control) => ({ ...control, isGuess: true }))
}

function inWays(
  { signIn }: ProbeContext,
  source: ScriptSource,
  url: URL,
  methods: readonly string[],
  found: string,
): LogoutControl[] {
  const isScripts = sendsByScript(signIn)
  // A link's address comes first where pages have links, and a script's where a script signs in.
  const ordered = isScripts ? [...methods.slice(1), ...methods.slice(0, 1)] : methods
  return ordered.map((method) => {
    const about = { url, method, found, rank: 0 }
    return isScripts || method !== 'GET' ? scriptRequest(source, about) : { ...about, from: source.page.url }
  })
}
