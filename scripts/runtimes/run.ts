// npm run runtimes [-- PART...]: what of the packed packages holds on which runtime. Prints the table of docs/runtimes.md, and
// below it what does not hold. Ends with 1 where something does not on the Node of this repository.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { sharedMysql, sharedPostgres, sharedRedis } from '../../servers/shared.ts'
import { firstSession, startFirstSession, useFirstSession } from '../../test/first-session.ts'
import { installed } from '../installed.ts'
import { packedProject } from '../packed-project.ts'
import { parts } from './parts.ts'
import type { Outcome } from './trial.ts'

const frameworks = ['hono', '@hono/node-server', 'express', 'koa', 'fastify', '@fastify/cookie', 'h3']
const nest = ['common', 'core', 'platform-express', 'platform-fastify'].map((name) => `@nestjs/${name}`)
const clients = ['redis', 'ioredis', 'pg', 'mysql2', 'jose']
const versionOf = (name: string) =>
  JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')).version
const binary = (folder: string, name: string) => join(installed(folder), '.bin', name)

const runtimes = [
  ['Node', binary('test/node-22', 'node')],
  ['Node', process.execPath],
  ['Bun', binary('scripts/runtimes', 'bun')],
  ['Deno', binary('scripts/runtimes', 'deno'), 'run', '--allow-all', '--quiet'],
].map(([name = '', program = '', ...args]) => {
  const said = execFileSync(program, ['--version'], { encoding: 'utf8' })
  return { name: `${name} ${/\d+\.\d+\.\d+/.exec(said)}`, command: [program, ...args] }
})

const project = packedProject([
  ...[...frameworks, ...nest, 'reflect-metadata', 'rxjs', ...clients].map(
    (name) => `${name}@${versionOf(name)}`,
  ),
  `express-4@npm:express@${versionOf('express-4')}`,
])
// What the trials need of this repository, at the same places; the packages themselves are the packed ones.
for (const folder of ['scripts/runtimes', 'packages/session/src/adapters/applications']) {
  const copy = join(project.folder, folder)
  cpSync(folder, copy, { recursive: true, filter: (path) => !path.includes('node_modules') })
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }')
}
const trials = join(project.folder, 'scripts/runtimes')
writeFileSync(join(project.folder, 'server.mjs'), firstSession['server.mjs'])
const site = await startFirstSession([process.execPath, 'server.mjs'], project.folder)
const env = {
  ...process.env,
  REDIS_URL: await sharedRedis(),
  POSTGRES_URL: await sharedPostgres(),
  MYSQL_URL: await sharedMysql(),
  SITE_URL: site.url,
  SITE_PASSWORD: site.password,
}

/** What a part's trial printed; what kept it from printing, if it did not. */
async function tried([program = '', ...args]: readonly string[], part: string): Promise<Outcome> {
  const options = { cwd: trials, env, timeout: 300_000, killSignal: 'SIGKILL' } as const
  const child = spawn(program, [...args, 'trial.ts', part], options)
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  const outcome = printed.trimEnd().split('\n').at(-1) ?? ''
  return outcome.startsWith('{') ? JSON.parse(outcome) : { laws: 0, failed: { start: complaints || 'ended' } }
}

async function firstSessionOn(command: readonly string[]): Promise<Outcome> {
  const started = useFirstSession([...command, 'server.mjs'], project.folder)
  return started.then(
    () => ({ laws: 1, failed: {} }),
    (error) => ({ laws: 1, failed: { start: String(error) } }),
  )
}

const named = process.argv.slice(2)
const chosen = named.length > 0 ? named : ['first session', ...Object.keys(parts)]
const failures: string[] = []
try {
  console.log(`| | ${runtimes.map(({ name }) => name).join(' | ')} |`)
  console.log(`|${'---|'.repeat(runtimes.length + 1)}`)
  for (const part of chosen) {
    const cells: string[] = []
    for (const { name, command } of runtimes) {
      const { laws, failed } = await (part === 'first session'
        ? firstSessionOn(command)
        : tried(command, part))
      const count = Object.keys(failed).length
      cells.push(count === 0 ? `all ${laws}` : laws === 0 ? 'does not start' : `${laws - count} of ${laws}`)
      for (const [law, why] of Object.entries(failed)) failures.push(`${name}, ${part}: ${law}: ${why}`)
    }
    console.log(`| ${part} | ${cells.join(' | ')} |`)
  }
  console.log(`\n${failures.join('\n\n')}`)
} finally {
  await site.stop()
  project.remove()
}
process.exit(failures.some((line) => line.startsWith(`Node ${process.versions.node},`)) ? 1 : 0)
