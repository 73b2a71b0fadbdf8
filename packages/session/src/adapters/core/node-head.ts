import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { AnswerHead, HeadFields } from './answer-head.ts'

/** What Node's answers over HTTP/1.1 and HTTP/2 have alike. */
export type NodeResponse = Pick<
  ServerResponse,
  | 'appendHeader'
  | 'closed'
  | 'destroyed'
  | 'getHeader'
  | 'getHeaderNames'
  | 'headersSent'
  | 'once'
  | 'removeHeader'
  | 'setHeader'
  | 'writableEnded'
  | 'writeHead'
>

type Given = OutgoingHttpHeaders | OutgoingHttpHeader[]

type WriteHead = (status: number, reason?: unknown, given?: unknown) => ServerResponse

interface Holding {
  readonly writeHead: WriteHead
  readonly heads: AnswerHead[]
  isWritten: boolean
}

const holding = Symbol('latchkey head')

type Holder = NodeResponse & { [holding]?: Holding }

/**
 * Writes what is held for the head at the last moment. Node writes every head by `writeHead`, also where the
 * application calls `write`, `end`, `flushHeaders` or pipes: so that is the one place (as the package on-headers does).
 */
export function holdHead(res: NodeResponse, head: AnswerHead): void {
  const holder = res as Holder
  if (holder[holding]) {
    holder[holding].heads.unshift(head)
    return
  }
  holder[holding] = { writeHead: res.writeHead as WriteHead, heads: [head], isWritten: false }
  res.writeHead = writeHeldHead as ServerResponse['writeHead']
}

// One function for all answers. With a closure for each, V8 came to keep every request until its next full collection:
// that cost a request more than reading its session from a file (npm run bench -- frameworks).
function writeHeldHead(this: Holder, status: number, reason?: unknown, given?: unknown): ServerResponse {
  const held = this[holding] as Holding
  if (held.isWritten || this.headersSent) return held.writeHead.call(this, status, reason, given)
  held.isWritten = true
  try {
    const isNamed = typeof reason === 'string'
    const fields = isNamed ? given : (given ?? reason)
    if (typeof fields === 'object' && fields !== null) setGiven(this, fields as Given)
    const whole = new NodeFields(this)
    for (const head of held.heads) head.writeTo(whole)
    return isNamed ? held.writeHead.call(this, status, reason) : held.writeHead.call(this, status)
  } catch (error) {
    // A status or a header that cannot be: that of the error is the head.
    held.isWritten = false
    throw error
  }
}

/** Whether the head of this answer can still take a cookie that reaches somebody. */
export function canTakeCookie(res: NodeResponse): boolean {
  return !res.headersSent && !res.writableEnded && !res.destroyed
}

export function onceClosed(res: NodeResponse, callback: () => void): void {
  if (res.closed || res.destroyed) callback()
  else res.once('close', callback)
}

/** As `writeHead` does it: what it is given takes the place of what was set under the same names. */
function setGiven(res: NodeResponse, given: Given): void {
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given)) if (value !== undefined) res.setHeader(name, value)
    return
  }
  const pairs = (Array.isArray(given[0]) ? given : paired(given)) as unknown as [string, string | string[]][]
  const replaced = new Set<string>()
  for (const [name, value] of pairs) {
    if (replaced.has(name.toLowerCase())) res.appendHeader(name, value)
    else res.setHeader(name, value)
    replaced.add(name.toLowerCase())
  }
}

function paired(flat: readonly OutgoingHttpHeader[]): OutgoingHttpHeader[][] {
  return flat.flatMap((name, at) =>
    at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : [],
  ) as OutgoingHttpHeader[][]
}

// A class: seven closures would cost each answer more than the session does.
class NodeFields implements HeadFields {
  readonly #res: NodeResponse

  constructor(res: NodeResponse) {
    this.#res = res
  }

  get(name: string): string | undefined {
    const value = this.#res.getHeader(name)
    return Array.isArray(value) ? value.join(', ') : value?.toString()
  }

  set(name: string, value: string): void {
    this.#res.setHeader(name, value)
  }

  remove(name: string): void {
    this.#res.removeHeader(name)
  }

  names(): readonly string[] {
    return this.#res.getHeaderNames()
  }

  cookies(): readonly string[] {
    return [this.#res.getHeader('set-cookie') ?? []].flat().map(String)
  }

  setCookies(lines: readonly string[]): void {
    this.#res.setHeader('set-cookie', lines)
  }
}
