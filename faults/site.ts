import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '../servers/child.ts'
import type { Message } from './application.ts'
import type { Findings } from './findings.ts'
import type { ApplicationSettings } from './settings.ts'

/** The application, served by several processes on one store. */
export interface Site {
  readonly ports: readonly number[]
  readonly pids: readonly number[]
  /** Ends the processes as an operator does (SIGTERM); they have to end by themselves, with code 0. */
  stop(): Promise<void>
}

export async function startSite(
  settings: ApplicationSettings,
  processes: number,
  findings: Findings,
): Promise<Site> {
  const started = await Promise.allSettled(
    Array.from({ length: processes }, () => startProcess(settings, findings)),
  )
  const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const stop = async () => void (await Promise.all(running.map((each) => each.stop())))
  const failed = started.find((result) => result.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  return { ports: running.map(({ port }) => port), pids: running.map(({ pid }) => pid), stop }
}

interface Running {
  readonly port: number
  readonly pid: number
  stop(): Promise<void>
}

async function startProcess(settings: ApplicationSettings, findings: Findings): Promise<Running> {
  const script = fileURLToPath(new URL('application.ts', import.meta.url))
  const child = await startChild(process.execPath, [script, JSON.stringify(settings)], {
    stopSignal: 'SIGTERM',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const printed: string[] = []
  child.process.stderr?.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  let isStopping = false
  child.exited.then((code) => {
    const isRight = isStopping && code === 0
    const end = printed.join('').slice(-500)
    if (!isRight) findings.wrong('application ended', `with ${code}${end === '' ? '' : `: ${end}`}`)
  })
  const port = await listening(child, findings)
  return {
    port,
    pid: child.pid,
    async stop() {
      isStopping = true
      await child.stop()
    },
  }
}

function listening(child: Child, findings: Findings): Promise<number> {
  return new Promise((resolve, reject) => {
    child.process.on('message', (message: Message) => {
      if ('listening' in message) resolve(message.listening)
      else if ('unhandled' in message) findings.wrong('unhandled error', message.unhandled)
      else if ('stoodStill' in message) findings.stoodStill(message.stoodStill)
      else findings.wrong('error that is none of ours', message.failed)
    })
    child.exited.then((code) => reject(new Error(`The application ended with ${code} before it listened.`)))
  })
}
