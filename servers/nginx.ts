import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './child.ts'
import { host } from './ports.ts'
import { descendantsOf, signalOne } from './process-tree.ts'
import { nginx, programPath } from './programs.ts'
import { type Place, type Server, startServer } from './server.ts'
import { until } from './until.ts'

export interface NginxOptions {
  /**
   * What is in the `http` block: upstreams, and servers of which one listens on 127.0.0.1 at the port. Called again
   * for a reload.
   */
  readonly config: (port: number, folder: string) => string
}

export interface NginxServer extends Server {
  readonly url: string
  /** Makes the configuration anew and returns when only it is used. Rejects when nginx refuses it. */
  reload(): Promise<void>
}

const CONFIGURATION = 'nginx.conf'

/** Its log, with the errors, is `server.log` in its folder. There is no access log unless the configuration asks. */
export async function startNginx({ config }: NginxOptions): Promise<NginxServer> {
  const program = programPath(nginx)
  const write = (place: Place, file: string) => writeFile(join(place.folder, file), wrap(place, config))
  const server = await startServer({
    name: 'nginx',
    program,
    args: ({ folder }) => argumentsFor(folder, CONFIGURATION),
    prepare: (place) => write(place, CONFIGURATION),
    isReady,
  })
  return Object.assign(server, {
    url: `http://${host}:${server.port}`,
    async reload() {
      // Tried first, so that one that is refused is not in the way of a restart.
      const { folder } = server
      await write(server, 'next.conf')
      await run(program, ['-t', '-q', ...argumentsFor(folder, 'next.conf')], { cwd: folder })
      await rename(join(folder, 'next.conf'), join(folder, CONFIGURATION))
      await reload(server.pid)
    },
  })
}

/** `-e`: else nginx first opens a log in a system folder, which an ordinary user may not. */
function argumentsFor(folder: string, file: string): string[] {
  return ['-p', folder, '-e', 'stderr', '-c', join(folder, file)]
}

function wrap({ folder, port }: Place, config: NginxOptions['config']): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return [
    // Workers of root's nginx are otherwise another user, who may not enter the folder.
    process.getuid?.() === 0 ? 'user root;' : '',
    'daemon off;',
    'worker_processes 1;',
    `pid ${pidFile(folder)};`,
    'error_log stderr;',
    'events {}',
    'http {',
    'access_log off;',
    ...temporary.map((kind) => `${kind}_temp_path ${join(folder, kind)};`),
    config(port, folder),
    '}',
    '',
  ].join('\n')
}

function pidFile(folder: string): string {
  return join(folder, 'nginx.pid')
}

/** The file is written when the ports are open. One that a killed server left has another process id. */
async function isReady({ folder }: Place, pid: number): Promise<boolean> {
  const text = await readFile(pidFile(folder), 'utf8').catch(() => '')
  return text.trim() === String(pid) && workersOf(pid).length > 0
}

async function reload(pid: number): Promise<void> {
  const old = new Set(workersOf(pid))
  signalOne(pid, 'SIGHUP')
  await until('nginx has new workers only', () => {
    const workers = workersOf(pid)
    return workers.length > 0 && workers.every((worker) => !old.has(worker))
  })
}

/** Those that take connections: one that is "shutting down" only finishes those it has. */
function workersOf(master: number): number[] {
  return descendantsOf(master).flatMap(({ pid, title }) => (/worker process$/.test(title) ? pid : []))
}
