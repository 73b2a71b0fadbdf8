/** What every kind of client of node-redis has, as far as it is needed to start anew. */
export interface Restartable {
  readonly isOpen: boolean
  readonly isReady: boolean
  on(event: 'error', listener: () => void): unknown
  connect(): Promise<unknown>
  destroy(): unknown
}

/**
 * Starts the client anew when a server has not answered for `patience` milliseconds. node-redis waits as long as its
 * connection stays open, which is hours for a machine that has vanished: its `socketTimeout` begins again with each
 * command that it writes.
 */
export function leaveSilence(
  client: Restartable,
  ping: () => Promise<unknown>,
  patience: number,
): { stop(): void } {
  let isBusy = false
  const timer = setInterval(async () => {
    if (isBusy || !client.isReady) return
    isBusy = true
    const isSilent = !(await isSettledWithin(patience, ping()))
    // One that is destroyed while it connects anew goes on doing so for ever.
    if (isSilent && client.isReady) {
      await client.destroy()
      await connect(client, () => isStopped)
    }
    isBusy = false
  }, patience).unref()
  let isStopped = false
  return {
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}

/** A sentinel or cluster client gives up when nobody answers at first; a plain one goes on by itself. */
export async function connect(client: Restartable, isStopped: () => boolean): Promise<void> {
  while (!isStopped()) {
    try {
      await client.connect()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100).unref())
    }
  }
}

async function isSettledWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), ms)
  const settled = work.then(
    () => true,
    () => true,
  )
  return Promise.race([settled, late.promise]).finally(() => clearTimeout(timer))
}
