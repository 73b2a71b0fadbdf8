import type { Fault } from '../fault.ts'
import type { ApplicationSettings } from '../settings.ts'
import { backends } from './backends.ts'
import { startBlackHole } from './black-hole.ts'

/**
 * The machine of the server is gone without a word, and another with the same data has its address: no connection is
 * closed, so the client itself has to find out that nobody is at the other end.
 */
export const vanished: readonly Fault[] = backends.map((backend) => ({
  id: `vanished-${backend.id}`,
  title: 'vanishes without a word, is elsewhere',
  store: backend.store,
  client: backend.client,
  async build(stack) {
    const { settings, server } = await backend.start(stack)
    const way = stack.adopt(await startBlackHole(server), (each) => each.stop())
    return {
      settings: through(way.port, server.port, settings),
      outage: 'silent',
      strike: async () => way.open(),
      heal: async () => way.close(),
    }
  },
}))

function through(port: number, direct: number, { store, ...rest }: ApplicationSettings): ApplicationSettings {
  if (store.kind === 'redis') {
    return { ...rest, store: { ...store, addresses: store.addresses.map(({ host }) => ({ host, port })) } }
  }
  if ('url' in store)
    return { ...rest, store: { ...store, url: store.url.replace(`:${direct}/`, `:${port}/`) } }
  return { ...rest, store }
}
