import type { IncomingMessage } from 'node:http'
import type { Cookie } from './express-session/cookie.ts'

/** Called when it is done, with what went wrong. */
// biome-ignore lint/suspicious/noExplicitAny: as @types/express-session has it, so that its users' callbacks fit.
export type Callback = (error?: any) => void

/** A request's session as an earlier library has it: its own enumerable properties are the application's values. */
export interface SessionObject {
  cookie: Cookie
  touch(): unknown
}

/** What does for a session object what it cannot do by itself. */
export interface Keeping {
  readonly req: IncomingMessage
  idOf(session: SessionObject): string
  /** Whether its values differ from those that are stored. */
  isChanged(session: SessionObject): boolean
  save(session: SessionObject): Promise<void>
  reload(session: SessionObject): Promise<void>
  /** @param began called with the object of the new session */
  regenerate(session: SessionObject, began?: (session: SessionObject) => void): Promise<void>
  destroy(session: SessionObject): Promise<void>
}

/** Whose session objects they are. */
export interface SessionKind {
  make(keeping: Keeping, cookie: Cookie): SessionObject
  /** Whether the name is one of the methods: what is stored under it is no value of the application's. */
  isMethod(name: string): boolean
  /** Whether there is something to reload of a visitor: no values. Otherwise it is an error. */
  readonly reloadsVisitors: boolean
}

/** With a callback, `self`, to be chained; otherwise the promise. */
export function told<Self>(
  self: Self,
  operation: Promise<void>,
  done: Callback | undefined,
): Promise<void> | Self {
  if (!done) return operation
  operation.then(() => done(), done)
  return self
}
