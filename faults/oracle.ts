import type { Findings, Window } from './findings.ts'
import type { Answer } from './http.ts'
import { Register } from './register.ts'
import { Timeline } from './timeline.ts'

/**
 * A token that a browser was given, and what is certain of it. `uncertain`: its end was asked for, and refused;
 * the store may have done it, or do it later. Once seen ended, it has ended.
 */
export interface Ticket {
  readonly token: string
  readonly sid: string
  readonly user: string
  readonly values: Register
  state: 'live' | 'uncertain' | 'ended'
  /** When the state became certain, on performance.now's clock. */
  since: number
  /** Whether an answer has said that it ended, other than by turning it away. */
  isConfirmed: boolean
}

type Outcome = 'done' | 'refused' | 'turned away' | 'wrong'

/** Knows what is certain, and judges every answer by it. */
export class Oracle {
  readonly timeline: Timeline
  readonly #findings: Findings
  readonly #endedSids = new Map<string, number>()

  /** @param maxStale milliseconds that an answer may be old by declaration */
  constructor(findings: Findings, maxStale = 0, window?: Window) {
    this.#findings = findings
    this.timeline = new Timeline(maxStale, window)
  }

  signedIn(user: string, answer: Answer): Ticket | null {
    if (this.#outcome(answer) !== 'done') return null
    const { cookie, answeredAt: since } = answer
    if (!cookie || answer.body.user !== user) {
      this.#findings.wrong('unexpected answer', `sign-in of ${user}: ${describe(answer)}`)
      return null
    }
    return {
      token: cookie,
      sid: String(answer.body.sid),
      user,
      values: new Register(),
      state: 'live',
      since,
      isConfirmed: false,
    }
  }

  /**
   * Asked who it is taken for.
   * @returns false when that was refused
   */
  looked(ticket: Ticket, answer: Answer): boolean {
    const outcome = this.#outcome(answer)
    if (outcome === 'done') this.#judgeLook(ticket, answer)
    return outcome !== 'refused'
  }

  #judgeLook(ticket: Ticket, answer: Answer): void {
    const { user, sid, count } = answer.body
    if (answer.cookie !== null) this.#findings.wrong('cookie without need', describe(answer))
    if (user === null) {
      this.#turnedAway(ticket, answer)
      return
    }
    if (user !== ticket.user || sid !== ticket.sid) {
      this.#findings.wrong('another user', `${ticket.user} was taken for ${user}`)
      return
    }
    this.#accepted(ticket, answer)
    this.#read(ticket, typeof count === 'number' ? count : null, answer)
  }

  wrote(ticket: Ticket, count: number, answer: Answer): void {
    const outcome = this.#judgeSignedIn(ticket, answer)
    if (outcome === 'done') ticket.values.confirm(count, answer.answeredAt)
    if (outcome === 'refused') ticket.values.doubt(count)
  }

  /** A write that was held open while its session was logged out. */
  wroteLate(ticket: Ticket, count: number, answer: Answer): void {
    const isAfterEnd = ticket.state === 'ended'
    if (isAfterEnd && answer.status === 200 && !this.#mayReturn(ticket)) {
      this.#findings.wrong('write after the end', `${ticket.sid}: ${describe(answer)}`)
    } else if (isAfterEnd && answer.status !== 200) this.#outcome(answer)
    else if (this.#judgeSignedIn(ticket, answer) !== 'turned away') ticket.values.doubt(count)
  }

  rotated(ticket: Ticket, answer: Answer): Ticket | null {
    const outcome = this.#judgeSignedIn(ticket, answer)
    if (outcome === 'refused') this.#doubt(ticket)
    if (outcome !== 'done') return null
    const { cookie, answeredAt: since } = answer
    this.#end(ticket, since, true)
    if (!cookie) {
      this.#findings.wrong('unexpected answer', `a rotation without a cookie: ${describe(answer)}`)
      return null
    }
    return { ...ticket, token: cookie, state: 'live', since, isConfirmed: false }
  }

  /** Logged out, or revoked by another session of the same user, `by`. */
  endAsked(ticket: Ticket, answer: Answer, by: Ticket = ticket): void {
    const outcome = this.#judgeSignedIn(by, answer)
    if (outcome === 'refused') this.#doubt(ticket)
    if (outcome !== 'done') return
    this.#end(ticket, answer.answeredAt, true)
    this.#endedSids.set(ticket.sid, answer.answeredAt)
    if (by === ticket && answer.path === '/log-out' && answer.cookie !== '') {
      this.#findings.wrong('unexpected answer', `a logout that left the cookie: ${describe(answer)}`)
    }
  }

  listed(by: Ticket, stock: readonly Ticket[], answer: Answer): void {
    if (this.#judgeSignedIn(by, answer) !== 'done') return
    const sids = new Set(answer.body.sids as string[])
    for (const ticket of stock) {
      if (ticket.state !== 'live' || sids.has(ticket.sid)) continue
      if (this.timeline.isInWindow(ticket.since)) this.#lost(ticket, answer)
      else this.#findings.wrong('missing in the list', `${ticket.sid} of ${ticket.user}`)
    }
    for (const sid of sids) {
      const since = this.#endedSids.get(sid)
      if (since === undefined) continue
      if (this.timeline.mayReturn(since, true)) this.#endedSids.delete(sid)
      else this.#findings.wrong('ended but listed', sid)
    }
  }

  /** A request that brought no cookie. */
  visited(answer: Answer): void {
    if (answer.status === 200 && answer.body.user === null && answer.cookie === null) return
    this.#findings.wrong('visitor not served', describe(answer))
  }

  /** A token that was never issued. */
  guessed(answer: Answer): void {
    if (this.#outcome(answer) !== 'done') return
    if (answer.body.user !== null) this.#findings.wrong('unknown token let in', describe(answer))
    if (answer.cookie !== null) this.#findings.wrong('cookie without need', describe(answer))
  }

  /** For routes that turn away whoever is not signed in. */
  #judgeSignedIn(ticket: Ticket, answer: Answer): Outcome {
    const outcome = this.#outcome(answer)
    if (outcome === 'done') this.#accepted(ticket, answer)
    if (outcome === 'turned away') this.#turnedAway(ticket, answer)
    return outcome
  }

  #outcome(answer: Answer): Outcome {
    const { status, cookie } = answer
    if (status === 200) return 'done'
    if (cookie !== null) this.#findings.wrong('cookie without need', describe(answer))
    if (status === 401) return 'turned away'
    if (status === 503 || status === 409) {
      if (this.timeline.isAtRest(answer.sentAt)) this.#findings.refusedAtRest++
      return 'refused'
    }
    this.#findings.wrong('unexpected answer', describe(answer))
    return 'wrong'
  }

  #accepted(ticket: Ticket, answer: Answer): void {
    if (this.timeline.isUnasked(answer)) this.#findings.wrong('let in unasked', describe(answer))
    if (ticket.state !== 'ended') return
    if (this.timeline.isStale(ticket.since, answer)) {
      this.#findings.stale++
    } else if (this.#mayReturn(ticket)) {
      const { returned, undone } = this.#findings
      ;(ticket.isConfirmed ? returned : undone).push(ticket.sid)
      ticket.state = 'uncertain'
    } else {
      const after = Math.round(answer.sentAt - ticket.since)
      this.#findings.wrong('let in after its end', `${ticket.sid}, ${after} ms later: ${describe(answer)}`)
    }
  }

  #turnedAway(ticket: Ticket, answer: Answer): void {
    if (ticket.state === 'live') this.#lost(ticket, answer)
    else if (ticket.state === 'uncertain') this.#end(ticket, answer.answeredAt, false)
  }

  #lost(ticket: Ticket, answer: Answer): void {
    if (this.timeline.isInWindow(ticket.since)) this.#findings.lost.push(ticket.sid)
    else this.#findings.wrong('signed out without an end', `${ticket.sid}: ${describe(answer)}`)
    this.#end(ticket, answer.answeredAt, false)
  }

  #read(ticket: Ticket, value: number | null, answer: Answer): void {
    const found = ticket.values.observe(value, answer.answeredAt)
    if (found === 'right') return
    if (found !== null && this.timeline.isStale(found, answer)) return
    if (found !== null && this.timeline.isInWindow(found)) {
      this.#findings.valuesLost.push(ticket.sid)
      ticket.values.rebase(value)
    } else this.#findings.wrong('value lost', `${ticket.sid} was read as ${value}`)
  }

  #mayReturn({ since, isConfirmed }: Ticket): boolean {
    return this.timeline.mayReturn(since, isConfirmed)
  }

  #doubt(ticket: Ticket): void {
    if (ticket.state === 'live') ticket.state = 'uncertain'
  }

  #end(ticket: Ticket, since: number, isConfirmed: boolean): void {
    // The first certain moment counts: an answer that confirms it again makes it no later.
    if (ticket.state === 'ended' && ticket.isConfirmed >= isConfirmed) return
    Object.assign(ticket, { state: 'ended', since, isConfirmed })
  }
}

function describe({ path, status, body, cookie }: Answer): string {
  const shown = typeof body.text === 'string' ? ` ${JSON.stringify(body.text.slice(0, 120))}` : ''
  return `${path} was answered ${status}${cookie === null ? '' : ' with a cookie'}${shown}`
}
