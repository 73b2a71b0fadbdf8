import { Agent, request } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { State } from './app.ts'
import type { Site } from './site.ts'

// One connection may be held open at a gate while others go on.
const agent = new Agent({ keepAlive: true, maxSockets: 8 })

/** An answer: 4xx carries no state. */
export interface Answer {
  readonly status: number
  readonly state: State | null
}

/** A browser at one site: sends its cookies, stores what comes back at the moment it comes back. */
export class Browser {
  readonly #site: Site
  readonly #cookies: Map<string, string>

  constructor(site: Site, cookies: ReadonlyMap<string, string> = new Map()) {
    this.#site = site
    this.#cookies = new Map(cookies)
  }

  /** Another browser that starts with this one's cookies, at this site or another. */
  copy(site: Site = this.#site): Browser {
    return new Browser(site, this.#cookies)
  }

  /** Which session its cookies stand for. */
  identity(): Promise<string> {
    return this.#site.identify(this.#cookies)
  }

  get hasCookie(): boolean {
    return this.#cookies.size > 0
  }

  /** @throws Error for an answer of 500 and above: the server is broken, and nothing was measured */
  async go(path: string, mayFail = false): Promise<Answer> {
    const { status, body, setCookies } = await exchange(this.#site.port, path, this.#header())
    if (status >= 500 && !mayFail) throw new Error(`${path.split('?')[0]} was answered ${status}.`)
    for (const line of setCookies) this.#store(line)
    return { status, state: status < 300 ? (JSON.parse(body) as State) : null }
  }

  /** Like `go`, for a step that the race depends on: anything but success means that nothing was measured. */
  async must(path: string): Promise<State> {
    const { status, state } = await this.go(path)
    if (!state) throw new Error(`${path} was answered ${status}.`)
    return state
  }

  /** Starts a request and resolves when it waits at its gate, its session loaded. */
  async hold(path: string): Promise<{ finish(): Promise<Answer> }> {
    await nextMillisecond()
    const gate = this.#site.gates.create()
    const answer = this.go(`${path}?gate=${gate.name}`, this.#site.mayFailLate)
    const early = answer.then(() => {
      throw new Error(`${path} was answered before it reached its gate.`)
    })
    await Promise.race([gate.arrived, early])
    early.catch(() => undefined)
    return {
      finish() {
        gate.open()
        return answer
      },
    }
  }

  #header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #store(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const at = pair.indexOf('=')
    const name = pair.slice(0, at)
    if (attributes.some(isPast)) this.#cookies.delete(name)
    else this.#cookies.set(name, pair.slice(at + 1))
  }
}

// Requests of real browsers are further apart than these. A library that notes times to the millisecond, and saves
// what changed, would otherwise do so in some trials only.
async function nextMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now; ) await setImmediate()
}

function isPast(attribute: string): boolean {
  const [name = '', value = ''] = attribute.split('=')
  if (name.toLowerCase() === 'max-age') return Number(value) <= 0
  return name.toLowerCase() === 'expires' && Date.parse(value) <= Date.now()
}

function exchange(
  port: number,
  path: string,
  cookie: string,
): Promise<{ status: number; body: string; setCookies: readonly string[] }> {
  return new Promise((resolve, reject) => {
    const headers = cookie === '' ? {} : { cookie }
    const sent = request({ agent, host: '127.0.0.1', port, path, headers }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body,
          setCookies: response.headers['set-cookie'] ?? [],
        }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}
