import type { SessionErrorCode } from '../errors.ts'

/** What a session should be, kept by rules simple enough to be read at one glance. */
interface ModelSession {
  readonly sid: string
  userId: string | null
  /** The token that opens it; every other one is dead. */
  token: string
  data: Record<string, unknown>
  createdAt: number
  authenticatedAt: number | null
  lastSeenAt: number
}

/** What a request saw when it opened its session: it keeps that identity, whatever happens meanwhile. */
export interface ModelHandle {
  sid: string | null
  userId: string | null
  token: string | null
}

export interface ModelPolicy {
  readonly idleTimeout: number
  readonly absoluteTimeout: number
  readonly touchInterval: number
}

/** What an operation should do: succeed, or fail with one of these codes. */
export type Expectation = 'done' | SessionErrorCode

const visitor: ModelHandle = { sid: null, userId: null, token: null }

/** The reference that random runs are compared with: one map, no concurrency, no store. */
export class SessionModel {
  readonly #sessions = new Map<string, ModelSession>()
  readonly #policy: ModelPolicy
  #now: number

  constructor(policy: ModelPolicy, now: number) {
    this.#policy = policy
    this.#now = now
  }

  advance(ms: number): void {
    this.#now += ms
  }

  /** The live session that a token opens. */
  sessionOf(token: string | null): ModelSession | null {
    const session = [...this.#sessions.values()].find((each) => each.token === token)
    return session && this.#isLive(session) ? session : null
  }

  liveSids(userId: string): string[] {
    const live = [...this.#sessions.values()].filter((each) => each.userId === userId && this.#isLive(each))
    return live.map(({ sid }) => sid).sort()
  }

  open(token: string | null, touch: boolean): ModelHandle {
    const session = this.sessionOf(token)
    if (!session) return { ...visitor }
    if (touch && this.#now - session.lastSeenAt >= this.#policy.touchInterval) session.lastSeenAt = this.#now
    return { sid: session.sid, userId: session.userId, token }
  }

  /** A write of data. `started` is what the library made, when it had to start a session. */
  write(handle: ModelHandle, change: (data: Record<string, unknown>) => void, started: Started): Expectation {
    if (handle.sid === null) {
      this.#start(handle, null, started)
    }
    const session = this.#alive(handle)
    if (!session) return 'session_ended'
    change(session.data)
    return 'done'
  }

  login(handle: ModelHandle, userId: string, started: Started): Expectation {
    const session = this.#alive(handle)
    const isAnothers = handle.userId !== null && handle.userId !== userId
    if (isAnothers && handle.sid !== null) this.#sessions.delete(handle.sid)
    if (session && !isAnothers && session.token === handle.token) {
      Object.assign(session, {
        userId,
        authenticatedAt: this.#now,
        lastSeenAt: this.#now,
        token: started.token,
      })
      Object.assign(handle, { userId, token: started.token })
    } else {
      this.#start(handle, userId, started)
    }
    return 'done'
  }

  regenerate(handle: ModelHandle, started: Started): Expectation[] {
    if (handle.sid === null) return ['done']
    const session = this.#alive(handle)
    if (!session) return ['session_ended', 'session_superseded']
    if (session.token !== handle.token) return ['session_superseded']
    session.token = started.token
    handle.token = started.token
    return ['done']
  }

  logout(handle: ModelHandle): Expectation {
    if (handle.sid !== null) this.#sessions.delete(handle.sid)
    Object.assign(handle, visitor)
    return 'done'
  }

  revoke(sid: string): void {
    this.#sessions.delete(sid)
  }

  revokeUser(userId: string, except: string | null): void {
    for (const { sid, userId: owner } of [...this.#sessions.values()]) {
      if (owner === userId && sid !== except) this.#sessions.delete(sid)
    }
  }

  revokeAll(): void {
    this.#sessions.clear()
  }

  #alive(handle: ModelHandle): ModelSession | null {
    const session = handle.sid === null ? undefined : this.#sessions.get(handle.sid)
    return session && this.#isLive(session) ? session : null
  }

  #start(handle: ModelHandle, userId: string | null, { sid, token }: Started): void {
    const times = {
      createdAt: this.#now,
      authenticatedAt: userId === null ? null : this.#now,
      lastSeenAt: this.#now,
    }
    this.#sessions.set(sid, { sid, userId, token, data: {}, ...times })
    Object.assign(handle, { sid, userId, token })
  }

  #isLive({ createdAt, authenticatedAt, lastSeenAt }: ModelSession): boolean {
    const idleEnd = lastSeenAt + this.#policy.idleTimeout
    const absoluteEnd = (authenticatedAt ?? createdAt) + this.#policy.absoluteTimeout
    return this.#now < Math.min(idleEnd, absoluteEnd)
  }
}

/** The random parts that the library chose, for the model to go on with. */
export interface Started {
  readonly sid: string
  readonly token: string
}
