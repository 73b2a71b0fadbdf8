import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startRedis } from '../../../../servers/redis.ts'
import { runProgram } from '../serve/child.ts'
import { listen } from '../serve/listen.ts'
import type { Running } from '../twin.ts'
import { distant } from './distant.ts'
import type { Beside, Form, Pair } from './pair.ts'
import { prepared } from './prepare.ts'
import { provider } from './provider.ts'

export interface Site extends AsyncDisposable {
  readonly running: Running
  readonly beside: Beside
}

/** Milliseconds in each direction: many sites rent theirs in another region. */
const REDIS_AWAY = 15

/** Installs what the site needs in that version where that is not done yet, and starts it with what runs beside it. */
export async function started(pair: Pair, form: Form): Promise<Site> {
  const folder = prepared(pair, form)
  await using open = new AsyncDisposableStack()
  const beside: { redis?: string; provider?: string } = {}
  if (pair.needs?.redis) {
    const redis = await startRedis()
    open.defer(() => redis.stop())
    const far = await distant(redis.port, REDIS_AWAY)
    open.defer(() => far.close())
    beside.redis = `redis://127.0.0.1:${far.port}`
  }
  if (pair.needs?.provider) beside.provider = await startProvider(open)
  const running = await runProgram({
    command: pair.program === 'deno' ? join(folder, 'node_modules', '.bin', 'deno') : process.execPath,
    install: 'npm ci',
    arguments: (port) => argumentsFor(pair, folder, port),
    environment: {
      TWIN_SECRET: randomBytes(32).toString('hex'),
      TWIN_FORM: form.isOurs ? 'mended' : 'plain',
      ...(beside.redis === undefined ? {} : { TWIN_REDIS: beside.redis }),
      // Its certificate is made for each run, and nobody's.
      ...(beside.provider === undefined
        ? {}
        : { TWIN_PROVIDER: beside.provider, NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    },
  })
  open.defer(() => running.close())
  const owned = open.move()
  return { running, beside, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function startProvider(open: AsyncDisposableStack): Promise<string> {
  const at: { issuer: string } = { issuer: '' }
  const running = await listen(await provider(() => at.issuer), { https: true })
  open.defer(() => running.close())
  // By its address: a program of its own does not know the name that the twins have in this process.
  const { port } = new URL(running.url)
  at.issuer = `https://127.0.0.1:${port}/`
  return at.issuer.slice(0, -1)
}

function argumentsFor({ program }: Pair, folder: string, port: number): readonly string[] {
  const modules = join(folder, 'node_modules')
  if (program === 'next') {
    const next = join(modules, 'next', 'dist', 'bin', 'next')
    return [next, 'start', folder, '--hostname', '127.0.0.1', '--port', String(port)]
  }
  const site = join(folder, 'site.mjs')
  return program === 'deno' ? ['run', '--quiet', '--no-prompt', '--allow-all', site] : [site]
}
