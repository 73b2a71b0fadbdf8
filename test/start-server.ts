import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface StartedServer {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a program of ours on a free port and waits for the URL it prints. Rejects with its output if it ends first. */
export async function startServer(script: string, env: Record<string, string> = {}): Promise<StartedServer> {
  const child = spawn(process.execPath, [script], { env: { ...process.env, PORT: '0', ...env } })
  const url = await printedUrl(child, script)
  return {
    url,
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function printedUrl(child: ChildProcess, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk
      const url = /http:\/\/[\w.:[\]-]+:\d+/.exec(output)?.[0]
      if (url) resolve(url)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}:\n${output}`)))
  })
}
