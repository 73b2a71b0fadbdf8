import { sveltekitSession } from 'latchkey/sveltekit'

const made = new WeakMap()

function current() {
  const laws = globalThis.latchkeyLaws
  if (!made.has(laws)) made.set(laws, sveltekitSession(laws.sessions, laws.options))
  return made.get(laws)
}

export const handle = (input) => current().handle(input)
export const handleError = (input) => current().handleError(input)
