/**
 * Begins all of it at once, in this order, and waits for all of it: nothing of it is under way any more when this is
 * done or has failed. Throws what the first of them threw. `Pace` says how many requests leave at a time.
 */
export async function sideBySide<T extends readonly unknown[]>(
  ...work: { readonly [K in keyof T]: () => Promise<T[K]> }
): Promise<T> {
  const done = await Promise.allSettled(work.map((each) => each()))
  const failed = done.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  return done.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as unknown as T
}
