import { SessionError } from '../../../errors.ts'

// Waiting for replicas holds up everything else on the connection, and anybody may ask for this: so at most one at a
// time, and then a rest of nine times as long as it took.
const restFactor = 9

/**
 * Lets the work be done for at most a tenth of the time.
 * @throws SessionError `store_unavailable` at other moments: it is not known then whether what was asked for is so
 */
export function rationed<Args extends unknown[]>(
  work: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let isBusy = false
  let restUntil = Number.NEGATIVE_INFINITY
  return async (...args) => {
    if (isBusy || performance.now() < restUntil)
      throw new SessionError(
        'store_unavailable',
        'Other sign-outs are being confirmed. Try again in a moment.',
      )
    isBusy = true
    const began = performance.now()
    try {
      await work(...args)
    } finally {
      isBusy = false
      const now = performance.now()
      restUntil = now + restFactor * (now - began)
    }
  }
}
