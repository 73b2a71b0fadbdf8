import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startRedis } from '../../../../servers/redis.ts'
import { runProgram } from '../serve/child.ts'
import type { Running } from '../twin.ts'
import type { Beside, Form, Pair } from './pair.ts'
import { prepared } from './prepare.ts'

export interface Site extends AsyncDisposable {
  readonly running: Running
  readonly beside: Beside
}

/** Installs what the site needs in that version where that is not done yet, and starts it with what runs beside it. */
export async function started(pair: Pair, form: Form): Promise<Site> {
  const folder = prepared(pair, form)
  await using open = new AsyncDisposableStack()
  const beside: { redis?: string } = {}
  if (pair.needs?.redis) {
    const redis = await startRedis()
    open.defer(() => redis.stop())
    beside.redis = redis.url
  }
  const running = await runProgram({
    command: process.execPath,
    install: 'npm ci',
    arguments: (port) => argumentsFor(pair, folder, port),
    environment: {
      TWIN_SECRET: randomBytes(32).toString('hex'),
      TWIN_FORM: form.isOurs ? 'mended' : 'plain',
      ...(beside.redis === undefined ? {} : { TWIN_REDIS: beside.redis }),
    },
  })
  open.defer(() => running.close())
  const owned = open.move()
  return { running, beside, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

function argumentsFor({ program }: Pair, folder: string, port: number): readonly string[] {
  const modules = join(folder, 'node_modules')
  if (program === 'next') {
    const next = join(modules, 'next', 'dist', 'bin', 'next')
    return [next, 'start', folder, '--hostname', '127.0.0.1', '--port', String(port)]
  }
  return [join(folder, 'site.mjs')]
}
