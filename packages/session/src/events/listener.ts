/** Calls what an application wants to be told by. Whatever it throws, or its promise rejects with, is a warning. */
export function callListener(what: string, warn: (message: string) => void, call: () => unknown): void {
  const failed = (error: unknown) =>
    warn(`latchkey: ${what} threw: ${error instanceof Error ? error.message : String(error)}`)
  try {
    const answer = call()
    if (isThenable(answer)) Promise.resolve(answer).catch(failed)
  } catch (error) {
    failed(error)
  }
}

function isThenable(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}

/** The application's `warn`: if that fails as well, there is nobody left to tell. */
export function safeWarn(warn: (message: string) => void): (message: string) => void {
  return (message) => {
    try {
      warn(message)
    } catch {}
  }
}
