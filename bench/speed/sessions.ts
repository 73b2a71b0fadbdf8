import { createSessions, type Session, type SessionStore, type Sessions } from 'latchkey'
import { openStore, type StoreName } from '../backends/stores.ts'
import { type Payload, payloadOf } from './payload.ts'

/** Variables that let a measurement decide more than a store's name. */
export const sessionVariables = {
  /** Milliseconds since the epoch at which the process's clock stands still. */
  clock: 'BENCH_CLOCK',
  /** 'off': only the measurement itself sweeps. */
  sweeping: 'BENCH_SWEEPING',
} as const

export interface Opened {
  readonly sessions: Sessions<Payload>
  readonly store: SessionStore
}

/** Latchkey with its defaults over the store of that name. */
export async function openSessions(name: StoreName): Promise<Opened> {
  const store = await openStore(name)
  const clock = process.env[sessionVariables.clock]
  const options = {
    ...(clock !== undefined && { now: () => Number(clock) }),
    ...(process.env[sessionVariables.sweeping] === 'off' && { sweepInterval: false as const }),
  }
  return { sessions: createSessions<Payload>({ store, ...options }), store }
}

export async function signIn(session: Session<Payload>, user: string): Promise<void> {
  await session.login(user)
  await session.set(payloadOf(user))
}
