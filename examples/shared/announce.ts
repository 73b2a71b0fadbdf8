import type { AddressInfo } from 'node:net'
import { demoPassword } from './accounts.ts'

/** PORT, or 3001; 0 picks a free one. */
export const port = Number(process.env.PORT ?? 3001)

/** Says where the example listens and who can sign in. */
export function announce(server: { address(): AddressInfo | string | null }): void {
  const address = server.address()
  const listening = typeof address === 'object' && address ? address.port : address
  console.log(`http://localhost:${listening}  (sign in as alice, password: ${demoPassword})`)
}
