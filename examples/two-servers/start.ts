// Two servers on one Redis behind nginx: node examples/two-servers/start.ts
import { startTwoServers } from './servers.ts'

const two = await startTwoServers()
console.log(`nginx: ${two.url}   servers: ${two.servers.map(({ url }) => url).join(', ')}`)
console.log('Sign in as in the other examples, then reload: the servers take turns. Ctrl-C ends everything.')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => two.stop())
