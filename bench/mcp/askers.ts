import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'

/** A running server, and two questions to it. */
export interface Asker {
  readonly name: string
  ping(): Promise<unknown>
  list(): Promise<unknown>
  stop(): Promise<void>
}

const cli = fileURLToPath(new URL('../../packages/audit/src/cli.ts', import.meta.url))
// All that can be allowed, so that the list is as long as it gets.
const args = [
  cli,
  'mcp',
  '--allow-changes',
  ...['--allow-origin', 'http://127.0.0.1:9'],
  ...['--login-origin', 'http://127.0.0.1:10'],
  ...['--secret', 'ALICE=env:LATCHKEY_BENCH', '--reports', '.'],
]
const env = { PATH: process.env.PATH ?? '', LATCHKEY_BENCH: 'nothing' }

/** Lines written and read, and nothing made of them. */
export async function wireAsker(): Promise<Asker> {
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let id = 0
  const ask = async (method: string, params: object = {}) => {
    id += 1
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    const { value, done } = await lines.next()
    if (done || !String(value).includes('"result"')) throw new Error(`${method} was answered ${value}`)
  }
  await ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'bench', version: '0' },
  })
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
  return {
    name: 'on the wire',
    ping: () => ask('ping'),
    list: () => ask('tools/list'),
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.stdin.end()
      await exited
    },
  }
}

/** The SDK's own client, which checks what it reads and compiles the schemas of results. */
export async function sdkAsker(): Promise<Asker> {
  const client = new Client({ name: 'bench', version: '0' })
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'inherit' }))
  return {
    name: 'by the SDK’s client',
    ping: () => client.ping(),
    list: () => client.listTools(),
    stop: () => client.close(),
  }
}
