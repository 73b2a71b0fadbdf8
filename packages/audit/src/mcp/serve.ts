import { stderr, stdin } from 'node:process'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { stopOnInterrupt } from '../commands/io.ts'
import type { Grants } from './grants.ts'
import { createServer } from './server.ts'

/** Serves on standard input and output until either side ends it; audits under way end with it, in order. */
export async function serve(grants: Grants): Promise<void> {
  const log = (text: string): void => {
    stderr.write(`latchkey-audit mcp: ${text}\n`)
  }
  const { server, end } = createServer(grants, log)
  // Of a message that could not be read, no word: it is the client's, with what it holds.
  server.onerror = ({ name }) => log(`a message could not be handled (${name})`)
  const interrupt = stopOnInterrupt()
  const over = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) stdin.once(event, resolve)
    interrupt.signal.addEventListener('abort', () => resolve())
    server.onclose = resolve
  })
  await server.connect(new StdioServerTransport())
  await over
  await end()
  await server.close()
  interrupt.release()
}
