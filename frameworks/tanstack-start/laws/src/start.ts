import { createMiddleware, createStart } from '@tanstack/react-start'
import { tanstackStartSession } from 'latchkey/tanstack-start'

const made = new WeakMap()

function current() {
  const laws = globalThis.latchkeyLaws
  if (!made.has(laws)) made.set(laws, tanstackStartSession(laws.sessions, laws.options))
  return made.get(laws)
}

const request = createMiddleware().server(({ request, next }) =>
  current().request(request, (context) => next({ context })),
)

export const startInstance = createStart(() => ({ requestMiddleware: [request] }))
