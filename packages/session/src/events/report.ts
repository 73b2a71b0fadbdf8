import { isSessionError, type SessionError } from '../errors.ts'

const interval = 60_000
// Messages name keys and policies, so that their number is the application's; beyond it, all are told anew.
const mostKinds = 100
const longestCause = 300

/**
 * Tells `warn` of the errors of ours that are the server's fault (status 500 and above), with their cause: each at most
 * once a minute, since a store that is down fails every request. What is the request's fault is nobody's to mend.
 * @param elapsed milliseconds on a clock that never jumps
 */
export function createReport(
  warn: (message: string) => void,
  elapsed: () => number = () => performance.now(),
): (error: unknown) => void {
  const toldAt = new Map<string, number>()
  return (error) => {
    if (!isSessionError(error) || error.status < 500) return
    const kind = kindOf(error)
    const now = elapsed()
    if (now - (toldAt.get(kind) ?? Number.NEGATIVE_INFINITY) < interval) return
    if (toldAt.size >= mostKinds) toldAt.clear()
    toldAt.set(kind, now)
    warn(`latchkey: ${error.code}: ${error.message}${causeOf(error)}`)
  }
}

/** A store that is down says so in many ways, of which one is enough; mistakes in the code are one by one. */
function kindOf({ code, status, message }: SessionError): string {
  return status === 503 ? code : `${code} ${message}`
}

function causeOf({ cause }: SessionError): string {
  if (cause === undefined) return ''
  return ` Cause: ${textOf(cause).slice(0, longestCause)}`
}

/** Clients that tried several addresses say nothing but in the errors of each. */
function textOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(textOf).join('; ')
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' ? cause.name : cause.message
}
