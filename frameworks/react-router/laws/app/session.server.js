import { reactRouterSession } from 'latchkey/react-router'

const made = new WeakMap()

export function current() {
  const laws = globalThis.latchkeyLaws
  if (!made.has(laws)) made.set(laws, reactRouterSession(laws.sessions, laws.options))
  return made.get(laws)
}
