import type { Readable } from 'node:stream'

/** Bytes as they come. */
export type Tap = (bytes: Buffer) => void

/** Hands on what comes until the stream ends, breaks, or is not wanted any more. Keeps none of it. */
export async function readStream(stream: Readable, tap: Tap, until: Promise<void>): Promise<Buffer> {
  until.then(() => stream.destroy())
  try {
    for await (const chunk of stream) tap(chunk as Buffer)
  } catch {
    // Ended by us or by the site: what came was handed on.
  }
  return Buffer.alloc(0)
}
