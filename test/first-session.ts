import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

// The README's program for an empty project: taken from there as it stands, and used as a browser would.

const section =
  /^## Install and a first session$([\s\S]*?)^## /m.exec(readFileSync('README.md', 'utf8'))?.[1] ?? ''
const [program = '', hashing = ''] = [...section.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code)

/** Each form that the README names, by the file to put it in. */
export const firstSession = {
  'server.mjs': program,
  'server.cjs': program.replaceAll(/^import (.*) from (.*)$/gm, 'const $1 = require($2)'),
  /** With the passwords hashed by argon2id. */
  'hashing.mjs': program.replace(/^\/\/ One user[\s\S]*?\n(?=\n)/m, () => hashing),
} as const

/** The program while it runs. */
export interface RunningSession {
  readonly url: string
  /** Of alice. */
  readonly password: string
  stop(): Promise<void>
}

/** Starts it by the command, on a free port. Rejects with what it printed if it ends before it listens. */
export async function startFirstSession(command: readonly string[], folder: string): Promise<RunningSession> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, PORT: '0' } })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
  }
  let output = ''
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk
      const [, url, password] = /(http:\S+) \(alice, (.*)\)/.exec(output) ?? []
      if (url && password) resolve({ url, password, stop })
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`${command.join(' ')} ended with ${code}:\n${output}`)))
  })
}

/** Starts it, signs in, sees the page, signs out; and what must not work does not. */
export async function useFirstSession(command: readonly string[], folder: string): Promise<void> {
  const { url, password, stop } = await startFirstSession(command, folder)
  const ask = (path: string, cookie = '', form?: Record<string, string>) =>
    fetch(url + path, {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
  const landed = ({ status, headers }: Response) => [status, headers.get('location')]
  try {
    assert.match(await (await ask('/')).text(), /<form method="post" action="\/login">/)
    assert.deepEqual(landed(await ask('/account')), [303, '/'])
    const wrong = await ask('/login', '', { name: 'alice', password: `${password}.` })
    assert.deepEqual([wrong.status, wrong.headers.getSetCookie()], [401, []])

    const signedIn = await ask('/login', '', { name: 'alice', password })
    assert.deepEqual(landed(signedIn), [303, '/account'])
    const [cookie] = signedIn.headers.getSetCookie().map((line) => line.slice(0, line.indexOf(';')))
    assert.match(await (await ask('/account', cookie)).text(), /Signed in as alice/)

    assert.deepEqual(landed(await ask('/logout', cookie, {})), [303, '/'])
    assert.deepEqual(landed(await ask('/account', cookie)), [303, '/'])
  } finally {
    await stop()
  }
}
