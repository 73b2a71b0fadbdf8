import type { AnswerHead, HeadFields } from './answer-head.ts'

/**
 * The response with what is held for its head. A copy, for a response may be immutable (a redirect, a fetched one) or
 * be sent many times over.
 * @param onSent called when its body was read to the end or given up; null where nobody waits for that
 */
export function withHead(response: Response, head: AnswerHead, onSent: (() => void) | null): Response {
  // Neither can be constructed: an upgrade of Deno's or a worker's, and Response.error().
  if (response.status < 200) {
    onSent?.()
    return response
  }
  const { body, status, statusText } = response
  const headers = new Headers(response.headers)
  head.writeTo(new FetchFields(headers))
  if (!body) onSent?.()
  return new Response(body && onSent ? watched(body, onSent) : body, { status, statusText, headers })
}

/** A body that tells when it is over, whichever way. */
function watched(body: ReadableStream<Uint8Array>, onSent: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        onSent()
        controller.close()
      } catch (error) {
        onSent()
        controller.error(error)
      }
    },
    cancel(reason) {
      onSent()
      return reader.cancel(reason)
    },
  })
}

class FetchFields implements HeadFields {
  readonly #headers: Headers

  constructor(headers: Headers) {
    this.#headers = headers
  }

  get(name: string): string | null {
    return this.#headers.get(name)
  }

  set(name: string, value: string): void {
    this.#headers.set(name, value)
  }

  remove(name: string): void {
    this.#headers.delete(name)
  }

  names(): readonly string[] {
    return [...this.#headers.keys()]
  }

  cookies(): readonly string[] {
    return this.#headers.getSetCookie()
  }

  setCookies(lines: readonly string[]): void {
    this.#headers.delete('set-cookie')
    for (const line of lines) this.#headers.append('set-cookie', line)
  }
}
