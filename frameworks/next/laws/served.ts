// What laws.test.ts has this application serve: both run in one process.
import type { Session, Sessions } from 'latchkey'
import { type NextSession, nextSession } from 'latchkey/next'
import type { AdapterUnderTest } from 'latchkey/testing'
import { cookies, headers } from 'next/headers'
import { after, connection } from 'next/server'

type Served = Parameters<AdapterUnderTest['serve']>

export interface Laws {
  readonly sessions: Sessions
  readonly handler: Served[1]
  readonly options: Served[2]
  /** Left out: there is no proxy. */
  readonly proxy?: (request: Request, session: Session) => Promise<Response | null>
  /** What each component and action does; its text is shown. */
  readonly deed?: (session: Session) => Promise<unknown>
}

declare global {
  var latchkeyLaws: Laws
}

const made = new WeakMap<Laws, NextSession<Record<string, unknown>>>()

export function laws(): Laws {
  return globalThis.latchkeyLaws
}

export function served(): NextSession<Record<string, unknown>> {
  const { sessions, options } = laws()
  const session = made.get(laws()) ?? nextSession(sessions, { cookies, headers, after, ...options })
  made.set(laws(), session)
  return session
}

/** The text of the deed, or the code of its error. */
export async function done(): Promise<string> {
  // While Next builds, there is nothing to serve yet.
  await connection()
  try {
    return String(await laws().deed?.(await served()()))
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}
