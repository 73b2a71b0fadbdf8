import { createSessions, memoryStore, type Session } from 'latchkey'
import { type OpenTelemetryApi, openTelemetry } from 'latchkey/opentelemetry'
import { hashPassword, needsRehash, verifyPassword } from 'latchkey/password'
import { policyRoute } from 'latchkey/policy'
import {
  type adapterLaws,
  fakeClock,
  type Law,
  storeLaws,
  testBrowser,
  type tokenLaws,
} from 'latchkey/testing'
import { same } from './same.ts'

interface Shop {
  cart: string[]
}

export async function telemetry(api: OpenTelemetryApi) {
  createSessions<Shop>({ store: memoryStore(), telemetry: openTelemetry(api) })
  // @ts-expect-error: the application's own API is handed over
  openTelemetry()
}

export async function passwords(stored: string | null) {
  const hash = await hashPassword('x')
  same<string, typeof hash>()
  const isRight = await verifyPassword('x', stored)
  same<boolean, typeof isRight>()
  // @ts-expect-error: nobody has no hash: null, so that it takes as long
  await verifyPassword('x')
  // @ts-expect-error: there has to be a hash
  needsRehash(stored)
}

export async function testing() {
  const clock = fakeClock()
  const sessions = createSessions<Shop>({ store: memoryStore(), now: clock.now })
  clock.advance('19m')
  // @ts-expect-error: no unit of time
  clock.advance('19min')
  const { session, respond } = await testBrowser().visit(sessions)
  same<Session<Shop>, typeof session>()
  respond()
  const laws = storeLaws(() => memoryStore())
  same<Law, (typeof laws)[number]>()
  same<Law, ReturnType<typeof adapterLaws>[number]>()
  same<Law, ReturnType<typeof tokenLaws>[number]>()
  policyRoute(sessions, { token: 'x'.repeat(32) })
  // @ts-expect-error: who may read it is said
  policyRoute(sessions, {})
}
