/**
 * The answer, or a rejection after so many milliseconds. What was asked goes on; its late answer is dropped.
 * Clients of servers have no deadline that holds in every state of their connection, so it is kept here.
 */
export async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const error = Object.assign(new Error(`No answer within ${milliseconds} ms.`), { code: 'NO_ANSWER' })
  const timer = setTimeout(() => late.reject(error), milliseconds)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
