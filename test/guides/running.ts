import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'

/** Starts a program that listens on PORT, in a folder of its own; resolves to its address once it answers. */
export async function started(
  t: TestContext,
  program: string,
  env: Record<string, string> = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-guide-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
    cwd: folder,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = text(child.stderr)
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true })
  })
  const url = `http://127.0.0.1:${port}`
  while (!(await isAnswering(url))) {
    if (child.exitCode !== null) assert.fail(`${program} ended with ${child.exitCode}:\n${await said}`)
    await new Promise((done) => setTimeout(done, 50))
  }
  return url
}

async function isAnswering(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

/** A browser's cookies: those of an answer replace its own, and those that have ended go. */
export function cookieJar(cookies: Record<string, string> = {}) {
  const jar = new Map(Object.entries(cookies))
  return {
    get cookies(): Readonly<Record<string, string>> {
      return Object.fromEntries(jar)
    },
    get names() {
      return [...jar.keys()]
    },
    /** @param body JSON as text, or the fields of a form */
    async ask(
      url: string,
      method: 'GET' | 'POST' = 'GET',
      body?: string | Record<string, string>,
    ): Promise<Response> {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(url, {
        method,
        redirect: 'manual',
        headers: { cookie, ...(typeof body === 'string' && { 'content-type': 'application/json' }) },
        ...(body && { body: typeof body === 'string' ? body : new URLSearchParams(body) }),
      })
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (/; *(max-age=0|expires=thu, 01 jan 1970)/i.test(line)) jar.delete(name)
        else jar.set(name, value)
      }
      return answer
    },
  }
}
