import type { Control } from '../../evidence/evidence.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import { visit } from '../../network/pages/navigate.ts'
import { type ActionFields, type Find, type ReversibleAction, readFind } from '../../options/action.ts'
import { ProbeError } from '../../options/errors.ts'
import { type ProbeContext, signInAgain } from '../context.ts'
import { changeFromOwnPage, type Places } from './action-own.ts'
import { valueIn } from './action-read.ts'

/** What putting a value back may take: two attempts, and a login where the session is gone. */
export const RESTORE = { requests: 40, logins: 1 } as const
const MOST_ATTEMPTS = 2

/** A change could not be taken back; whoever reads the report must. */
export class NotRestored extends ProbeError {}

export interface Reading {
  readonly value: string | null
  readonly exchange: number
}

/** One value of the user's, as read, changed and put back from a browser that is signed in. */
export class ActionStage {
  readonly #context: ProbeContext
  readonly #find: Find
  readonly action: ReversibleAction
  readonly places: Places
  jar: BrowserJar

  constructor(context: ProbeContext, action: ReversibleAction, places: Places, jar: BrowserJar) {
    this.#context = context
    this.#find = readFind(action.find)
    this.action = action
    this.places = places
    this.jar = jar
  }

  /** Signs in again where the browser was signed out. */
  async signedIn(): Promise<void> {
    const { state } = await this.#context.oracle.observe(this.jar, 'signed-in')
    if (state !== 'signed-in') this.jar = (await signInAgain(this.#context)).jar
  }

  /** Reads the value. A browser that was signed out signs in again first: the value is what counts. */
  async read(): Promise<Reading> {
    const seen = await this.#look()
    if (seen.value !== null) return seen
    await this.signedIn()
    return await this.#look()
  }

  async #look(): Promise<Reading> {
    const { http } = this.#context
    const { final } = await visit(http, { url: this.places.read, phase: 'signed-in', jar: this.jar })
    return { value: valueIn(final, this.#find), exchange: final.exchange }
  }

  /** Sends a change as the site's own page does. */
  async change(values: ActionFields): Promise<void> {
    await changeFromOwnPage(this.#context.http, this.jar, this.action, this.places, values)
  }

  /** Makes the value what it was, where it is not. Never throws; the control says whether it is. */
  async restore(original: string): Promise<Control> {
    return await this.#context.http.budget.finishing(async () => {
      let seen = 'a value that cannot be read'
      for (let attempt = 0; attempt <= MOST_ATTEMPTS; attempt += 1) {
        try {
          const { value } = await this.read()
          if (value === original) return restored('the value from before', true)
          seen = value === null ? 'a value that cannot be read' : 'another value'
          if (attempt < MOST_ATTEMPTS) await this.change(this.action.undo)
        } catch (error) {
          seen = `no answer (${error instanceof Error ? error.message : String(error)})`
        }
      }
      return restored(seen, false)
    })
  }
}

function restored(seen: string, held: boolean): Control {
  return { name: 'the value at the end', expected: 'the value from before', seen, held }
}
