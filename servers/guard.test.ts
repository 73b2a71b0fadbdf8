import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { isFree } from './ports.ts'
import { processes } from './process-tree.ts'
import type { Server } from './server.ts'
import { until } from './until.ts'

type Started = Pick<Server, 'port' | 'folder'>

/** Starts servers, does as told, and prints where they are. */
function program(starts: readonly string[], then: string): string {
  return `
    const names = ['redis', 'postgres', 'mariadb', 'nginx']
    const modules = names.map((name) => import(${JSON.stringify(import.meta.dirname)} + '/' + name + '.ts'))
    const [{ startRedis }, { startPostgres }, { startMariadb }, { startNginx }] = await Promise.all(modules)
    const config = (port) => 'server { listen 127.0.0.1:' + port + '; }'
    const servers = await Promise.all([${starts}])
    ${then}
    console.log(JSON.stringify(servers.map(({ port, folder }) => ({ port, folder }))))`
}

async function start(t: TestContext, source: string): Promise<[ChildProcess, readonly Started[]]> {
  const args = ['--input-type=module', '--eval', source]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return [child, JSON.parse(line)]
}

async function untilGone(servers: readonly Started[]): Promise<void> {
  await until('ports, processes and folders are gone', async () => {
    const free = await Promise.all(servers.map(({ port }) => isFree(port)))
    const running = processes().some(({ title }) => servers.some(({ folder }) => title.includes(folder)))
    return free.every(Boolean) && !running && !servers.some(({ folder }) => existsSync(folder))
  })
}

test('servers end with the process that started them when it is killed', async (t) => {
  const kinds = ['startRedis()', 'startPostgres()', 'startMariadb()', 'startNginx({ config })']
  const pauseTwo = 'await servers[0].pause(); await servers[1].pause()'
  const [child, servers] = await start(t, program(kinds, `${pauseTwo}; setInterval(() => {}, 60_000)`))
  const taken = await Promise.all(servers.map(({ port }) => isFree(port)))
  assert.deepEqual(new Set(taken), new Set([false]))
  child.kill('SIGKILL')
  await untilGone(servers)
})

test('servers do not keep the process that started them running, and end with it', async (t) => {
  const [child, servers] = await start(t, program(['startRedis()', 'startNginx({ config })'], ''))
  if (child.exitCode === null) await once(child, 'exit')
  assert.equal(child.exitCode, 0)
  await untilGone(servers)
})
