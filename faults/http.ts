import { Agent, request } from 'node:http'

/** An application process that does not answer at all is a wrong answer, not a hanging harness. */
const PATIENCE = 15_000

export interface Answer {
  /** 0 when no answer came. */
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** Value of the session cookie that came with it; '' when it was removed, null when there was none. */
  readonly cookie: string | null
  /** On performance.now's clock. */
  readonly sentAt: number
  readonly answeredAt: number
  /** What was asked for, without its query. */
  readonly path: string
}

/** One browser's connections: requests of a browser do not wait for another's. */
export class Connections {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 })

  send(port: number, target: string, token: string | null): Promise<Answer> {
    const sentAt = performance.now()
    const path = target.split('?')[0] ?? target
    const headers = token === null ? {} : { cookie: `__Host-session=${token}` }
    return new Promise((resolve) => {
      const finish = (status: number, text: string, cookie: string | null) =>
        resolve({ status, body: parsed(text), cookie, sentAt, answeredAt: performance.now(), path })
      const options = { agent: this.#agent, host: '127.0.0.1', port, path: target, headers }
      const sent = request({ ...options, timeout: PATIENCE }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('error', (error) => finish(0, error.message, null))
        response.on('end', () =>
          finish(response.statusCode ?? 0, text, cookieOf(response.headers['set-cookie'])),
        )
      })
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${PATIENCE} ms`)))
      sent.on('error', (error) => finish(0, error.message, null))
      sent.end()
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return { text: text.trim() }
  }
}

function cookieOf(lines: readonly string[] | undefined): string | null {
  const line = lines?.find((each) => each.startsWith('__Host-session='))
  return line === undefined ? null : (line.split(';')[0]?.split('=')[1] ?? null)
}
