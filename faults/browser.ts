import { type Answer, Connections } from './http.ts'
import type { Meter } from './meter.ts'
import type { Oracle, Ticket } from './oracle.ts'
import { pick, type Random } from './random.ts'
import type { Site } from './site.ts'

/** How many ended tokens a browser keeps to try them again. */
const KEPT = 400

interface Parts {
  readonly index: number
  readonly site: Site
  readonly meter: Meter
  readonly oracle: Oracle
  readonly random: Random
}

/** One user with several browsers' worth of tokens, who does one thing after the other. */
export class Browser {
  readonly user: string
  readonly oracle: Oracle
  readonly random: Random
  /** Tokens that may still be good. */
  stock: Ticket[] = []
  /** Tokens that must not be good any more. */
  ghosts: Ticket[] = []
  readonly #site: Site
  readonly #meter: Meter
  readonly #index: number
  readonly #connections = new Connections()
  #count = 0

  constructor({ index, site, meter, oracle, random }: Parts) {
    this.user = `user-${index}`
    this.oracle = oracle
    this.random = random
    this.#index = index
    this.#site = site
    this.#meter = meter
  }

  /** A number that was not used before, for values and names. */
  next(): number {
    return ++this.#count
  }

  get index(): number {
    return this.#index
  }

  ticket(): Ticket | undefined {
    return pick(this.random, this.stock)
  }

  port(): number {
    return pick(this.random, this.#site.ports) ?? 0
  }

  get ports(): readonly number[] {
    return this.#site.ports
  }

  async ask(target: string, token: string | null, options: AskOptions = {}): Promise<Answer> {
    const { port = this.port(), isHeld = false } = options
    const answer = await this.#connections.send(port, target, token)
    if (!target.startsWith('/gate')) this.#meter.answered(this.#index, answer, { isHeld })
    return answer
  }

  /** Sorts the tokens by what is certain of them now. */
  sort(): void {
    const ended = this.stock.filter(({ state }) => state === 'ended')
    const revived = this.ghosts.filter(({ state }) => state !== 'ended')
    if (ended.length + revived.length === 0) return
    this.stock = [...this.stock.filter(({ state }) => state !== 'ended'), ...revived]
    this.ghosts = [...this.ghosts.filter(({ state }) => state === 'ended'), ...ended].slice(-KEPT)
  }

  close(): void {
    this.#connections.close()
  }
}

interface AskOptions {
  readonly port?: number
  readonly isHeld?: boolean
}
