import { spawn } from 'node:child_process'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { parseJson } from '../../network/json.ts'
import { visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import {
  readStorageState,
  type StorageRecording,
  type Stored,
  withMore,
} from '../../options/recording/storage-state.ts'
import { NOTHING_TYPED } from '../given.ts'
import type { SignIn } from '../sign-in.ts'
import { opensAnything } from './bearer.ts'
import { fillFromHeaders } from './session.ts'
import { fillFromStorage } from './storage-state.ts'

const LONGEST = 60_000
const MOST_OUTPUT = 4 * 1024 * 1024

/** Signs in by a command of the user's, which makes a session of its own each time. */
export function commandSignIn(http: Http, options: AuditOptions, start: URL): SignIn {
  let stored: Stored | null = null
  return {
    get stored() {
      return stored
    },
    entry: start,
    action: start,
    given: null,
    isApart: true,
    offersRemember: false,
    evidence: { method: 'command', ...NOTHING_TYPED },
    async login(jar, choices = {}) {
      http.spendLogin()
      choices.beforeSubmit?.()
      const printed = await run(options)
      jar.adopt([])
      const storage = fill(jar, printed, start, http)
      if (storage) stored = withMore(stored, storage)
      return visit(http, { url: start, phase: 'login', jar })
    },
  }
}

function fill(jar: BrowserJar, printed: string, start: URL, http: Http): StorageRecording | null {
  const text = printed.trim()
  const storage = readStorageState(parseJson(text))
  if (storage) {
    fillFromStorage(jar, storage, start, http.secrets)
    return storage
  }
  const isLine = (line: string) => /^[!#$%&'*+.^_`|~\w-]+\s*[:=]/.test(line)
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const headers = new Map(
    lines.filter(isLine).map((line): [string, string] => {
      const [, name = '', value = ''] = /^\s*(cookie|authorization)\s*:(.*)$/i.exec(line) ?? []
      return name === '' ? ['cookie', line.trim()] : [name.toLowerCase(), value.trim()]
    }),
  )
  fillFromHeaders(jar, headers, start, http.secrets)
  if (opensAnything(jar, start)) return null
  throw failed('printed neither a storage state nor a Cookie header; print nothing else to standard output')
}

/** What the command prints. Its standard error is the user's to read; its output holds secrets, and nobody sees it. */
function run({ loginCommand = [], signal }: AuditOptions): Promise<string> {
  const [program = '', ...args] = loginCommand
  return new Promise((resolve, reject) => {
    const timeout = AbortSignal.timeout(LONGEST)
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      killSignal: 'SIGKILL',
    })
    const chunks: Buffer[] = []
    let size = 0
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MOST_OUTPUT) chunks.push(chunk)
    })
    child.on('error', (error) => {
      if (signal?.aborted) reject(new AuditError('aborted', 'the audit was stopped'))
      else if (timeout.aborted) reject(failed(`did not end within ${LONGEST / 1000} s`))
      else reject(failed(`could not be started (${'code' in error ? error.code : error.message})`))
    })
    child.on('close', (code, killedBy) => {
      if (code !== 0) reject(failed(`ended with ${killedBy ?? `exit code ${code}`}`))
      else if (size > MOST_OUTPUT) reject(failed('printed too much'))
      else resolve(Buffer.concat(chunks).toString())
    })
  })
}

function failed(what: string): AuditError {
  return new AuditError('sign_in_failed', `the login command ${what}`)
}
