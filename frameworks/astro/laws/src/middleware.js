import { astroSession } from 'latchkey/astro'

const made = new WeakMap()

export function onRequest(context, next) {
  const laws = globalThis.latchkeyLaws
  if (!made.has(laws)) made.set(laws, astroSession(laws.sessions, laws.options))
  return made.get(laws)(context, next)
}
