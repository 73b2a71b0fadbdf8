interface Stoppable {
  stop(): Promise<void>
}

/** Starts so many servers at once. When one does not start, stops the others and rejects with why. */
export async function startAll<T extends Stoppable>(count: number, start: () => Promise<T>): Promise<T[]> {
  const results = await Promise.allSettled(Array.from({ length: count }, start))
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (!failed) return started
  await stopAll(started)
  throw failed.reason
}

export async function stopAll(servers: readonly Stoppable[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()))
}
