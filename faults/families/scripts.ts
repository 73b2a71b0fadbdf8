import { redisCommand } from '../../servers/redis-command.ts'
import type { Fault } from '../fault.ts'
import { redisLibraries, startSingleRedis } from './redis-scene.ts'

/** How often the scripts are flushed under load. */
const TIMES = 3

/** The server forgets the scripts that the store calls by their hashes. */
export const scripts: readonly Fault[] = redisLibraries.map((library) => ({
  id: `scripts-${library}`,
  title: `SCRIPT FLUSH, ${TIMES} times`,
  store: 'Redis',
  client: library,
  async build(stack) {
    const { server, settings } = await startSingleRedis(stack, library)
    return {
      settings,
      outage: 'partial',
      isRefusing: false,
      async strike({ goOn }) {
        for (let time = 0; time < TIMES; time++) {
          await redisCommand(server.port, 'SCRIPT FLUSH')
          await goOn()
        }
      },
      heal: async () => undefined,
      async verify() {
        const statistics = await redisCommand(server.port, 'INFO errorstats')
        const [, count = '0'] = /errorstat_NOSCRIPT:count=(\d+)/.exec(statistics) ?? []
        if (Number(count) < TIMES) throw new Error(`NOSCRIPT was answered ${count} times only.`)
      },
    }
  },
}))
