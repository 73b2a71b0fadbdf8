import type { AddressInfo } from 'node:net'

/** Says where a service listens, and that it takes tokens. */
export function announceService(server: { address(): AddressInfo | string | null }): void {
  const { port } = server.address() as AddressInfo
  console.log(`http://localhost:${port}/orders  (Authorization: Bearer, with a token of the issuer)`)
}
