import type { Gates } from './gates.ts'

/** One request's session, as each library's documentation says to use it. */
export interface Handle {
  user(): string | null
  get(key: string): unknown
  set(key: string, value: string): void | Promise<void>
  /** Adds one to a number, in the best way that the library offers. */
  increment(key: string): unknown
  /** Signs in with a new ID. */
  login(user: string): Promise<void>
  /** A new ID for the same session, as after a change of privileges. */
  rotate(): Promise<void>
  logout(): Promise<void>
}

/** What a site answers: who it takes the request for, and what it keeps for it. */
export interface State {
  readonly user: string | null
  readonly values: Readonly<Record<string, unknown>>
}

/** The keys that the races write. */
export const keys = ['first', 'last', 'other', 'count'] as const

/**
 * The one application that every library is measured with. Requests that name a gate wait at it after their
 * session was loaded: `/write` between its two writes, the others before they do anything.
 */
export async function respond(target: string, handle: Handle, gates: Gates): Promise<State> {
  const { pathname, searchParams } = new URL(target, 'http://localhost')
  const gate = searchParams.get('gate')
  switch (pathname) {
    case '/state':
      return stateOf(handle)
    case '/login':
      await handle.login('ada')
      return stateOf(handle)
    case '/logout':
      await handle.logout()
      return { user: null, values: {} }
    case '/rotate':
      await handle.rotate()
      return stateOf(handle)
    case '/read':
      await gates.pass(gate)
      return stateOf(handle)
    case '/write':
      await handle.set('first', 'written')
      await gates.pass(gate)
      await handle.set('last', 'written')
      return stateOf(handle)
    case '/write-other':
      await handle.set('other', 'written')
      return stateOf(handle)
    case '/increment':
      await gates.pass(gate)
      await handle.increment('count')
      return stateOf(handle)
    default:
      throw new Error(`The application has no ${pathname}.`)
  }
}

function stateOf(handle: Handle): State {
  return {
    user: handle.user(),
    values: Object.fromEntries(keys.map((key) => [key, handle.get(key) ?? null])),
  }
}
