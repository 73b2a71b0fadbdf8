import type { Exchange } from '../exchange.ts'

/** A request without headers whose answer goes nowhere, with what the test says in place of that. */
export function testExchange(more: Partial<Exchange> = {}): Exchange {
  return {
    method: 'GET',
    path: '/',
    header: () => null,
    canSetCookie: true,
    setCookie: () => undefined,
    setHeader: () => undefined,
    encrypted: undefined,
    remoteAddress: undefined,
    onClose: () => undefined,
    ...more,
  }
}
