/**
 * Says once for each call that nobody waited for it.
 * @param error what it was rejected with; null where it was done after the answer had left
 * @param isLost it made a session whose cookie no answer could bring
 */
export type TellForgotten = (call: string, error: unknown, isLost: boolean) => void

export function createTellForgotten(warn: (message: string) => void): TellForgotten {
  const told = new Set<string>()
  return (call, error, isLost) => {
    if (told.has(call)) return
    told.add(call)
    warn(`latchkey: session.${call}() was not awaited${whyOf(error, isLost)} Write: await session.${call}(…)`)
  }
}

function whyOf(error: unknown, isLost: boolean): string {
  if (error instanceof Error)
    return `, and failed: ${'code' in error ? `${error.code}: ` : ''}${error.message}`
  if (error !== null) return ', and failed.'
  return isLost
    ? ': the answer was sent before it was done, so that its cookie could not be, and the session has been ended.'
    : ': the answer was sent before it was done, so that nobody could have been told had it failed.'
}
