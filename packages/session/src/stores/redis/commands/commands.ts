import { SessionError } from '../../../errors.ts'
import type { RedisConnection } from '../clients/connection.ts'
import type { RedisStoreSettings } from '../options.ts'
import { isMissingScript, isReadonly, isRedirection, withoutValues } from './errors.ts'
import type { RedisScript } from './scripts.ts'

type ReplicaWait = NonNullable<RedisStoreSettings['waitForReplicas']>

/** Commands and scripts through a connection; what they reject with holds no values. */
export interface Commands {
  readonly waits: boolean
  send(key: string, args: string[]): Promise<unknown>
  /** The same for a command that changes nothing, with its reply decoded. */
  read<T>(key: string, args: string[], decode: (reply: unknown) => T): Promise<T>
  /**
   * Runs a script by its hash, or by its text where the server does not know it: at first, after a restart, a
   * failover or SCRIPT FLUSH.
   * @param mustLast true waits for the replicas, if the store is told to
   * @throws SessionError `store_unavailable` if the change is made but too few replicas have it
   */
  run(script: RedisScript, key: string, args: string[], mustLast?: boolean): Promise<string>
  /** The same promise, failing without values. */
  cleanly<T>(work: Promise<T>): Promise<T>
}

/** Milliseconds. */
const reconnectAtMostEvery = 1000

/** @throws SessionError `config_invalid` if the client cannot wait for replicas and should */
export function createCommands(connection: RedisConnection, wait: ReplicaWait | null): Commands {
  if (wait && !connection.sendTogether) throw cannotWait()
  let reconnectedAt = Number.NEGATIVE_INFINITY
  let reading = 0

  function fail(error: unknown): never {
    if (isReadonly(error)) reconnect()
    throw withoutValues(error)
  }

  // The server was primary when the client connected. Its name may lead to the new primary by now, but the client
  // would stay with the old one for as long as that answers.
  function reconnect(): void {
    if (performance.now() - reconnectedAt < reconnectAtMostEvery) return
    reconnectedAt = performance.now()
    connection.reconnect?.()
  }

  async function evaluate(script: RedisScript, key: string, args: string[], mustLast: boolean) {
    const send = mustLast && wait ? (command: string[]) => sendAndWait(key, command, wait) : sendPlain(key)
    try {
      return await send(['EVALSHA', script.sha, '1', key, ...args])
    } catch (error) {
      if (!isMissingScript(error)) throw error
      return await send(['EVAL', script.text, '1', key, ...args])
    }
  }

  const sendPlain = (key: string) => async (command: string[]) => String(await connection.send(key, command))

  async function sendAndWait(key: string, command: string[], { count, timeout }: ReplicaWait) {
    const [reply, acknowledged] = await together(key, command, ['WAIT', String(count), String(timeout)])
    const text = String(reply)
    // A minus says that nothing was changed: there is nothing that could be forgotten.
    if (!text.startsWith('-') && !(Number(acknowledged) >= count))
      throw notReplicated(Number(acknowledged), count)
    return text
  }

  // Clients do not follow redirections for two commands at once. Alone, a command finds its way, and the client
  // learns where the slot is now.
  async function together(key: string, command: string[], waiting: string[]): Promise<[unknown, unknown]> {
    const pair = await connection.sendTogether?.(key, command, waiting).catch(unlessRedirection)
    if (pair) return pair
    await connection.send(key, ['EXISTS', key])
    const again = await connection.sendTogether?.(key, command, waiting).catch(unlessRedirection)
    // The slot is moving at this moment. The change is made, and that the replicas have it is not known.
    return again ?? [await connection.send(key, command), 0]
  }

  return {
    waits: wait !== null,
    send: (key, args) => connection.send(key, args).catch(fail),
    read(key, args, decode) {
      // One promise for counting, decoding and failing: every request waits for it.
      return connection.read(key, args, reading++).then(
        (reply) => {
          reading--
          return decode(reply)
        },
        (error: unknown) => {
          reading--
          return fail(error)
        },
      )
    },
    run: (script, key, args, mustLast = false) => evaluate(script, key, args, mustLast).catch(fail),
    cleanly: (work) => work.catch(fail),
  }
}

function notReplicated(acknowledged: number, count: number): SessionError {
  return new SessionError(
    'store_unavailable',
    `The change is made, but only ${acknowledged} of ${count} replicas are known to have it: ` +
      'a failover now could undo it. Try again.',
  )
}

function unlessRedirection(error: unknown): undefined {
  if (!isRedirection(error)) throw error
}

function cannotWait(): SessionError {
  return new SessionError(
    'config_invalid',
    'waitForReplicas needs a client with one connection: a pool may wait on another than it wrote to. ' +
      'Write redisStore(await createClient({ url }).connect(), { waitForReplicas }).',
  )
}
