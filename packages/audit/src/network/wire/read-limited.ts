/** Bytes of one answer that are read at most; the rest is left on the wire. */
export const BODY_LIMIT = 2 * 1024 * 1024

/** Reads at most {@link BODY_LIMIT} bytes. */
export async function readLimited(stream: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= BODY_LIMIT) {
      stream.destroy()
      break
    }
  }
  return Buffer.concat(chunks).subarray(0, BODY_LIMIT)
}
