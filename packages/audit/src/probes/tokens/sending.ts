import type { Observation, TokenTrial } from '../../evidence/evidence.ts'
import { type Credential, pick } from '../../network/cookies/jar.ts'
import { ProbeError } from '../../options/errors.ts'
import { carrierValues, liveJar, type ProbeContext, replay } from '../context.ts'
import type { HeldToken } from './jws.ts'

/** Most requests that one token may cost. Hardly a site takes half of them. */
const MOST_REQUESTS = 45

/** Sends the session with another token in the place of its own. */
export interface Sending {
  readonly name: string
  /** The value that the token is in. */
  readonly value: string
  /** Nothing else is needed beside it. */
  readonly alone: boolean
  /** False once this token has cost enough. */
  readonly mayAsk: boolean
  /** The session with this value in the place of the one with the token. */
  send(value: string): Promise<Observation>
  /** Sends a forged token, and once more where it was signed in. */
  attempt(token: HeldToken, text: string): Promise<Pick<TokenTrial, 'seen' | 'status' | 'again'>>
}

/** What is needed beside a token goes along with it. */
export async function sendingOf(context: ProbeContext, name: string): Promise<Sending> {
  const { http, carrier } = context
  const began = http.requests
  const saved = carrierValues(context, await liveJar(context))
  const [set] = carrier.sets.filter((each) => each.includes(name)).toSorted((a, b) => a.length - b.length)
  const session = pick(saved, set ?? [name])
  const held = session.find((each) => each.name === name)
  if (held === undefined) throw new ProbeError(`the login gave no ${name}`)
  const send = (value: string) =>
    replay(
      context,
      session.map((each): Credential => (each === held ? { ...each, value } : each)),
    )
  return {
    name,
    value: held.value,
    alone: session.length === 1,
    get mayAsk() {
      return http.requests - began < MOST_REQUESTS
    },
    send,
    async attempt(token, text) {
      const seen = await send(token.put(text))
      const again = seen.state === 'signed-in' ? await send(token.put(text)) : null
      return { seen, again, status: statusOf(context, seen) }
    },
  }
}

export function statusOf({ http }: ProbeContext, { exchange }: Observation): number {
  return http.exchanges.find(({ id }) => id === exchange)?.status ?? 0
}
