import { every } from '../deadline/timer.ts'
import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import { type Duration, parseDuration } from '../policies/duration.ts'
import { refuseInvalidProviders } from './providers.ts'
import { contextOf, type OutsideSessions } from './receiver.ts'
import { Refused } from './refused.ts'
import { createTakeEvent, type SignalOptions, signalOptions } from './security-event.ts'
import { isObject } from './subject.ts'

export interface PollOptions extends SignalOptions {
  /** Where the transmitter keeps what is for us (`endpoint_url` of the stream). */
  readonly endpoint: string
  /** Header `Authorization` of each request, or what gives it: tokens for it may expire. */
  readonly authorization: string | (() => string | Promise<string>)
  /** How often it is asked: the bound on how late an end there acts here. Default '30s'; false: by `poll` alone. */
  readonly interval?: Duration | false | undefined
}

export interface SignalPolling {
  /**
   * Asks now, until there is nothing more; how many events were taken.
   * @throws what kept it from asking; what was not taken comes again
   */
  poll(): Promise<number>
  /** Stops asking. */
  close(): Promise<void>
}

/** Events in one answer, milliseconds for one, its bytes, and answers in one go. */
const [atOnce, timeout, mostBytes, mostRounds] = [20, 10_000, 1_048_576, 100]

/**
 * Fetches signals of the Shared Signals Framework (RFC 8936), for applications that nobody can reach from outside. One process
 * of several is enough: all of them share the store.
 * @throws SessionError `config_invalid`
 */
export function pollSignals(sessions: OutsideSessions, options: PollOptions): SignalPolling {
  refuseUnknown('pollSignals', options, {
    ...signalOptions,
    endpoint: true,
    authorization: true,
    interval: true,
  })
  const context = contextOf('pollSignals', sessions)
  refuseInvalidProviders('pollSignals', options.providers)
  const { endpoint, authorization, interval = '30s' } = options
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new SessionError('config_invalid', "pollSignals needs the endpoint. Write endpoint: 'https://…'.")
  const take = createTakeEvent(context, options)
  let underWay: Promise<number> | null = null

  async function ask(body: object): Promise<Answer> {
    const authorized = typeof authorization === 'function' ? await authorization() : authorization
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { authorization: authorized, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ maxEvents: atOnce, returnImmediately: true, ...body }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    })
    if (answer.status !== 200) throw new Error(`the transmitter answered ${answer.status}`)
    return answerOf(await boundedText(answer))
  }

  async function all(): Promise<number> {
    let count = 0
    let told: Told = {}
    for (let round = 0; round < mostRounds; round++) {
      const { sets, moreAvailable } = await ask(told)
      const [ack, setErrs]: [string[], Record<string, object>] = [[], {}]
      for (const [id, text] of Object.entries(sets)) {
        const refused = await taken(text)
        if (refused) setErrs[id] = { err: refused.code, description: refused.message }
        else ack.push(id)
      }
      count += ack.length
      told = {
        ...(ack.length > 0 && { ack }),
        ...(Object.keys(setErrs).length > 0 && { setErrs }),
      }
      // What was taken is told by the next request, or it would come for ever.
      if (Object.keys(told).length === 0 && !moreAvailable) break
    }
    return count
  }

  async function taken(text: string): Promise<Refused | null> {
    try {
      await take(text)
      return null
    } catch (error) {
      if (error instanceof Refused) return error
      throw error
    }
  }

  function poll(): Promise<number> {
    underWay ??= all().finally(() => {
      underWay = null
    })
    return underWay
  }

  const timer =
    interval === false
      ? null
      : every(parseDuration(interval, 'interval'), () => {
          poll().catch((error) =>
            context.warn(
              `latchkey: signals cannot be asked for: ${error instanceof Error ? error.message : error}`,
            ),
          )
        })

  return {
    poll,
    async close() {
      timer?.stop()
      await underWay?.catch(() => undefined)
    },
  }
}

interface Told {
  readonly ack?: readonly string[]
  readonly setErrs?: Readonly<Record<string, object>>
}

interface Answer {
  readonly sets: Readonly<Record<string, string>>
  readonly moreAvailable: boolean
}

function answerOf(text: string): Answer {
  const body: unknown = JSON.parse(text)
  const sets = isObject(body) ? body.sets : undefined
  if (!isObject(body) || !isObject(sets) || Object.values(sets).some((set) => typeof set !== 'string'))
    throw new Error('the answer of the transmitter has no sets')
  return { sets: sets as Answer['sets'], moreAvailable: body.moreAvailable === true }
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.length
    if (length > mostBytes) throw new Error(`the answer of the transmitter has over ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
