import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installed } from '../../../scripts/installed.ts'
import { type Handle, keys, respond } from '../app.ts'
import type { Stack } from '../site.ts'

interface AstroSession {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): void
  regenerate(): Promise<void>
  destroy(): void
}
type AstroHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
  locals: { answer(target: string, session: AstroSession): Promise<Response> },
) => void

const peers = resolve(import.meta.dirname, '../peers')
const project = join(peers, 'astro')
let isBuilt = false

/** Astro's own sessions in an application that it has built, with its driver in memory, behind @astrojs/node. */
export const astroStack: Stack = {
  name: 'Astro',
  async start(gates) {
    build()
    // What is built keeps one storage for the process: another site is another copy.
    const copy = await mkdtemp(join(project, 'dist', 'copy-'))
    await cp(join(project, 'dist', 'server'), join(copy, 'server'), { recursive: true })
    const { handler } = (await import(pathToFileURL(join(copy, 'server', 'entry.mjs')).href)) as {
      handler: AstroHandler
    }
    const answer = async (target: string, session: AstroSession) =>
      Response.json(await respond(target, await handleOf(session), gates))
    return {
      listener: (request, response) =>
        handler(request, response, () => response.writeHead(500).end(), { answer }),
      close: () => rm(copy, { recursive: true }),
    }
  },
}

function build(): void {
  if (isBuilt) return
  const astro = join(installed(peers), '.bin', 'astro')
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' }
  execFileSync(astro, ['build', '--root', project], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  isBuilt = true
}

/** It is loaded when somebody first asks: here as where a middleware looks who is signed in. */
async function handleOf(session: AstroSession): Promise<Handle> {
  const all = ['user', ...keys]
  let values = new Map<string, unknown>()
  for (const key of all) values.set(key, await session.get(key))
  const set = (key: string, value: unknown) => {
    values.set(key, value)
    session.set(key, value)
  }
  return {
    user: () => (values.get('user') as string | undefined) ?? null,
    get: (key) => values.get(key),
    set,
    increment: (key) => set(key, Number(values.get(key) ?? 0) + 1),
    async login(user) {
      await session.regenerate()
      set('user', user)
    },
    rotate: () => session.regenerate(),
    async logout() {
      session.destroy()
      values = new Map()
    },
  }
}
