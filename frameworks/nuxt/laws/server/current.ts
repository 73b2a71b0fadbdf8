import { h3Session } from 'latchkey/h3'

const made = new WeakMap()

export function current() {
  const laws = globalThis.latchkeyLaws
  if (!made.has(laws)) made.set(laws, h3Session(laws.sessions, laws.options))
  return made.get(laws)
}
