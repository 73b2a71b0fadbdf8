import type { ClientRequest } from 'node:http'

/** Milliseconds for the last byte to leave, once nobody waits for the answer any more. */
const LAST = 1000

/**
 * Sends a body whose last byte waits. Where the request is stopped meanwhile the rest of it leaves first: a site that reads
 * a body may not be prepared for one that breaks off.
 */
export function sendHeld(
  outgoing: ClientRequest,
  { body, until, signal }: { body: Buffer; until: Promise<void>; signal: AbortSignal },
): void {
  const end = () => {
    if (!outgoing.writableEnded && !outgoing.destroyed) outgoing.end(body.subarray(-1))
  }
  const destroy = () => void outgoing.destroy(signal.reason)
  const stop = () => {
    // Of what has not left the site knows nothing.
    if (outgoing.writableFinished || (outgoing.socket?.connecting ?? true)) return destroy()
    outgoing.once('finish', destroy)
    end()
    setTimeout(destroy, LAST).unref()
  }
  outgoing.write(body.subarray(0, -1))
  until.then(end)
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  outgoing.once('close', () => signal.removeEventListener('abort', stop))
}
