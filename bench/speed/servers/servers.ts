import type { RequestListener } from 'node:http'
import { type FloorRead, floorNames, openFloor } from '../../backends/floors.ts'
import { type StoreName, storeNames } from '../../backends/stores.ts'

type Created = RequestListener | Promise<RequestListener>

/** Servers of one framework by name. `GET /me` answers `{"user": …}`, `GET /login?user=…` signs in. */
export type Servers = Readonly<Record<string, () => Created>>

/** `latchkey-NAME` for every store of Latchkey. */
export function latchkeyServers(create: (store: StoreName) => Created): Servers {
  return Object.fromEntries(storeNames.map((name) => [`latchkey-${name}`, () => create(name)]))
}

/** `floor-NAME` for every client: reads one value of a session's size and does nothing with it. */
export function floorServers(create: (read: FloorRead) => Created): Servers {
  return Object.fromEntries(
    floorNames.map((name) => [`floor-${name}`, async () => create(await openFloor(name))]),
  )
}
