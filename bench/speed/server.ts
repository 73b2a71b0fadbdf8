/**
 * The measured process: `server.ts FRAMEWORK NAME`, started by `child.ts`. Says its port to its parent, then answers
 * its questions about its own CPU time and memory. Ends with its parent.
 */
import { createServer } from 'node:http'
import type { Question, Reply } from './child.ts'
import { createListener } from './servers/index.ts'

const [framework = '', name = ''] = process.argv.slice(2)
const server = createServer(await createListener(framework, name))
// Every server waits for its turn longer than the defaults of 5 and 60 s.
server.keepAliveTimeout = 0
server.headersTimeout = 0
server.requestTimeout = 0
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  tell({ port: address.port })
})

process.on('message', async (question: Question) => {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage()
    tell({ microseconds: user + system })
  } else {
    tell({ bytes: await settledBytes() })
  }
})
process.on('disconnect', () => process.exit())

function tell(reply: Reply): void {
  process.send?.(reply)
}

/** Heap and external memory (Buffers are part of it) after collections that no longer free anything. */
async function settledBytes(): Promise<number> {
  if (!globalThis.gc) throw new Error('Start the server with --expose-gc.')
  for (let pass = 0; pass < 4; pass++) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
