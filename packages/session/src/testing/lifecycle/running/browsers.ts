import type { Ledger } from '../rules/ledger.ts'
import { browsers, cookieFileAge, longestUpload } from '../settings.ts'
import type { Request } from './action.ts'

/** An answer whose head has left, with its cookies: `name=token`, or null where it removes it. */
export interface Answer {
  readonly request: Request
  readonly cookies: readonly (string | null)[]
}

/** What a browser sends, and whether it may be out of date with good reason: it was overtaken, or comes from a file. */
export interface Sent {
  readonly cookie: string | null
  readonly isOld: boolean
}

interface Jar {
  sent: Sent
  readonly since: number
}

/** The browsers of a run, what they hold and held lately, and the answers on their way to them. */
export class Browsers {
  readonly underWay: Answer[] = []
  /** Every cookie that the thief ever got hold of. */
  readonly loot: string[] = []
  readonly #ledger: Ledger
  /** The last is what the browser holds. */
  readonly #jars: Jar[][]
  /** When the newest secret was made that the browser ever got. */
  readonly #newest: number[]

  constructor(ledger: Ledger) {
    this.#ledger = ledger
    this.#jars = Array.from({ length: browsers }, () => [
      { sent: { cookie: null, isOld: false }, since: Number.NEGATIVE_INFINITY },
    ])
    this.#newest = this.#jars.map(() => Number.NEGATIVE_INFINITY)
  }

  /** What a browser sends now, or sent a while ago in a request that took as long to arrive. */
  sends(client: number, ago = 0): Sent {
    const now = this.#jar(client, 0).sent
    const { sent } = this.#jar(client, ago)
    return sent.cookie === now.cookie ? now : { cookie: sent.cookie, isOld: true }
  }

  /** It crashed, and comes back with the cookies that it wrote into its file a while before. */
  restart(client: number, ago: number): void {
    for (const answer of this.underWay.filter(({ request }) => request.step.client === client))
      this.lose(answer)
    this.#hold(client, this.sends(client, ago))
  }

  lose(answer: Answer): void {
    const at = this.underWay.indexOf(answer)
    if (at >= 0) this.underWay.splice(at, 1)
  }

  /** A browser gets an answer, or what a cache makes of one. */
  deliver(answer: Answer, client = answer.request.step.client): void {
    this.lose(answer)
    if (answer.request.step.client === client) answer.request.deliveredTick = this.#ledger.tick
    for (const cookie of answer.cookies) {
      if (client >= browsers) {
        if (cookie !== null) this.loot.push(cookie)
        continue
      }
      const bornTick = cookie === null ? undefined : this.#ledger.generationOf(cookie)?.bornTick
      const isOld = bornTick !== undefined && bornTick < (this.#newest[client] ?? 0)
      if (bornTick !== undefined && !isOld) this.#newest[client] = bornTick
      this.#hold(client, { cookie, isOld })
    }
  }

  #hold(client: number, sent: Sent): void {
    const jars = this.#jars[client]
    const since = this.#ledger.clock.now()
    jars?.push({ sent, since })
    const isForgotten = jars && (jars[1]?.since ?? since) < since - Math.max(cookieFileAge, longestUpload)
    if (isForgotten) jars.shift()
  }

  #jar(client: number, ago: number): Jar {
    const jars = this.#jars[client] ?? []
    const at = this.#ledger.clock.now() - ago
    const jar = jars.findLast(({ since }) => since <= at) ?? jars[0]
    if (!jar) throw new Error(`there is no browser ${client}`)
    return jar
  }
}
