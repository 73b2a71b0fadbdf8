import { number, object, oneOf, optional, type Shape, text } from './shape.ts'

/** What was declared when the evidence was gathered. */
export const expectationsShape: Shape = object({
  sameSite: optional(oneOf('Strict', 'Lax', 'None')),
  cookiePrefix: optional(oneOf('__Host-', '__Secure-')),
  cookieName: optional(text),
  cookieLifetime: optional(number),
  concurrentSessions: optional(number),
  idleTimeout: optional(number),
  absoluteTimeout: optional(number),
  tokenLifetime: optional(number),
})
