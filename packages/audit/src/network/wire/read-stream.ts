import { Duplex, type Readable } from 'node:stream'

/** Takes bytes as they come, and may answer where the connection was upgraded. */
export type Tap = (bytes: Buffer, answer: (bytes: Buffer) => void) => void

/** Hands on what comes until the stream ends, breaks, or is not wanted any more. Keeps none of it. */
export async function readStream(stream: Readable, tap: Tap, until: Promise<void>): Promise<Buffer> {
  until.then(() => stream.destroy())
  const answer = (bytes: Buffer) => void (stream instanceof Duplex && stream.writable && stream.write(bytes))
  try {
    for await (const chunk of stream) tap(chunk as Buffer, answer)
  } catch {
    // Ended by us or by the site: what came was handed on.
  }
  return Buffer.alloc(0)
}
