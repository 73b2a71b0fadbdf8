import type { Session } from 'latchkey'
import { longestCollection } from '../../population/collections.ts'
import { fill, readAll } from '../../population/fill.ts'
import { type Payload, userOf } from '../payload.ts'
import { type Opened, signIn } from '../sessions.ts'

type Run = (
  opened: Opened,
  query: URLSearchParams,
  session: Session<Payload>,
  target: string,
) => Promise<object>

/** What a measurement asks of the process that it measures, besides `/me`; each answers JSON. */
const commands: Readonly<Record<string, Run>> = {
  async '/login'(_opened, _query, session, target) {
    await signIn(session, userOf(target))
    return { user: session.userId, sid: session.sid }
  },
  /** Who is signed in and when that was found, on the clock that all processes of this machine share. */
  async '/seen'(_opened, _query, session) {
    return { user: session.userId, at: clock() }
  },
  async '/revoke'({ sessions }, query) {
    const start = clock()
    const ended = await sessions.revoke(query.get('sid') ?? '')
    return { ended, start, end: clock() }
  },
  async '/fill'({ store }, query) {
    const user = query.get('user')
    return timed(() => fill(store, user === null ? fillingOf(query) : { ...fillingOf(query), user }))
  },
  /** Milliseconds of the longest garbage collection while sessions are replaced. */
  '/replace': ({ store }, query) => timed(() => longestCollection(store, fillingOf(query))),
  '/read-all': ({ store }, query) => timed(() => readAll(store, Number(query.get('count')))),
  '/list': ({ sessions }, query) => timed(async () => (await sessions.list(query.get('user') ?? '')).length),
  '/revoke-user': ({ sessions }, query) => timed(() => sessions.revokeUser(query.get('user') ?? '')),
  '/sweep': ({ store }) => timed(async () => store.sweep?.(Date.now())),
}

function fillingOf(query: URLSearchParams) {
  const number = (name: string) => Number(query.get(name))
  return {
    from: number('from'),
    count: number('count'),
    now: number('now'),
    expiresAt: number('expiresAt'),
  }
}

/** @throws Error for a target that is no command */
export async function command(opened: Opened, session: Session<Payload>, target: string): Promise<object> {
  const { pathname, searchParams } = new URL(target, 'http://localhost')
  const run = commands[pathname]
  if (!run) throw new Error(`There is no command ${pathname}.`)
  return run(opened, searchParams, session, target)
}

/** Milliseconds of a clock that is the same in every process of the machine (on Linux, CLOCK_MONOTONIC). */
const clock = () => Number(process.hrtime.bigint()) / 1e6

/** `result`, or the `error` that ended it, and how many milliseconds that took. */
async function timed<T>(run: () => Promise<T>): Promise<object> {
  const start = performance.now()
  const outcome = await run().then(
    (result) => ({ result }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  )
  return { ...outcome, milliseconds: performance.now() - start }
}
