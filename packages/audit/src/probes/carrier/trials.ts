import type { CarrierEvidence, Observation } from '../../evidence/evidence.ts'
import type { Oracle } from '../../login/oracle/oracle.ts'
import { type Credential, frozenJar, pick } from '../../network/cookies/jar.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { ProbeError } from '../../options/errors.ts'

export type Ended = NonNullable<CarrierEvidence['ended']>[number]

/** Signs in anew and gives what the new session sends; null where no login can be made. */
export type Renew = (() => Promise<readonly Credential[]>) | null

/** Each costs a login, and an account is not to be locked. */
const MOST_ENDED = 5

/** Sends some of a session's cookies from a clean client, each choice once. */
export interface Trials {
  readonly names: readonly string[]
  /** Trials that ended the session, after each of which another was begun. */
  readonly ended: readonly Ended[]
  all(): readonly Credential[]
  /** One observation for each choice. Side by side, unless it is looked after each how the session fared. */
  observeAll(choices: readonly (readonly string[])[]): Promise<readonly Observation[]>
  suffices(some: readonly string[]): Promise<boolean>
}

export interface Subject {
  readonly oracle: Oracle
  readonly credentials: readonly Credential[]
  readonly renew: Renew
  /** What is known already, by what was sent. */
  readonly known?: readonly (readonly [readonly string[], Observation])[]
  /** Look after each trial that is turned away whether it ended the session. */
  readonly careful: boolean
}

export function makeTrials({ oracle, credentials, renew, known = [], careful }: Subject): Trials {
  let all = credentials
  const names = [...new Set(all.map(({ name }) => name))]
  const ended: Ended[] = []
  const keyOf = (some: readonly string[]) => JSON.stringify(names.filter((name) => some.includes(name)))
  const tried = new Map(known.map(([some, seen]) => [keyOf(some), seen]))
  const send = (some: readonly string[]) => oracle.observe(frozenJar(pick(all, some)), 'replay')

  /** A server may end a session that comes without one of its cookies: then nothing after it would mean anything. */
  const lookAfter = async (some: readonly string[], { exchange }: Observation): Promise<void> => {
    if (some.length === 0 || (await send(names)).state === 'signed-in') return
    ended.push({ sent: some, exchange })
    if (renew === null || ended.length > MOST_ENDED) {
      throw new ProbeError(`sending ${some.join(' + ')} alone ended the session, and no other could be begun`)
    }
    all = await renew()
  }

  const observe = async (some: readonly string[]): Promise<Observation> => {
    const before = tried.get(keyOf(some))
    if (before) return before
    const sent = names.filter((name) => some.includes(name))
    let seen = await send(sent)
    // Behind a balancer one of two requests may come to the right server by chance.
    if (seen.state === 'signed-in' && sent.length < names.length) {
      const again = await send(sent)
      if (again.state !== 'signed-in') seen = again
    }
    if (careful && seen.state !== 'signed-in') await lookAfter(sent, seen)
    tried.set(keyOf(some), seen)
    return seen
  }
  const observeAll = async (choices: readonly (readonly string[])[]): Promise<readonly Observation[]> => {
    const once = [...new Map(choices.map((some) => [keyOf(some), some])).values()]
    if (careful) for (const some of once) await observe(some)
    else await sideBySide(...once.map((some) => () => observe(some)))
    // Each is known by now.
    return await Promise.all(choices.map(observe))
  }
  return {
    names,
    ended,
    all: () => all,
    observeAll,
    suffices: async (some) => (await observe(some)).state === 'signed-in',
  }
}
