import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js'

export const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

/** What a tool handed back, as an agent gets it. */
export interface Handed {
  readonly isError: boolean
  // biome-ignore lint/suspicious/noExplicitAny: it is whatever the tool says, which the test looks at.
  readonly content: any
}

export interface Connected {
  readonly client: Client
  call(name: string, given: Record<string, unknown>, options?: RequestOptions): Promise<Handed>
  /** Everything that the server wrote to standard error. */
  said(): string
}

/** `latchkey-audit mcp` as a process of its own, and the SDK's client at its other end. */
export async function connected(
  t: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Connected> {
  const client = new Client({ name: 'test', version: '0' })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [cli, 'mcp', ...args],
    env: { PATH: process.env.PATH ?? '', ...env },
    stderr: 'pipe',
  })
  let errors = ''
  transport.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  await client.connect(transport)
  t.after(() => client.close())
  // By it the client learns the schemas that it holds results to.
  await client.listTools()
  return {
    client,
    async call(name, given, options) {
      const result = await client.callTool({ name, arguments: given }, undefined, options)
      const [first] = result.content as { type: string; text: string }[]
      assert.deepEqual(JSON.parse(first?.text ?? ''), result.structuredContent)
      return { isError: result.isError === true, content: result.structuredContent }
    },
    said: () => errors,
  }
}
