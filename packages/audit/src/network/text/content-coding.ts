import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { BODY_LIMIT } from '../wire/read-limited.ts'

export interface Undone {
  readonly bytes: Buffer
  /** The coding that could not be undone; null when there is none. */
  readonly coding: string | null
}

/** Undoes what Content-Encoding names, the last first. What is cut off is read as far as it goes. */
export async function undoCodings(bytes: Buffer, header: string): Promise<Undone> {
  const codings = header
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  let plain = bytes
  for (const coding of codings.reverse()) {
    if (plain.length === 0) break
    const decoder = decoderFor(coding, plain)
    // As browsers do, what has a name that nobody knows is shown as it came.
    if (decoder === null) return { bytes: plain, coding }
    const undone = await through(decoder, plain)
    if (undone === null) return { bytes: Buffer.alloc(0), coding }
    plain = undone
  }
  return { bytes: plain, coding: null }
}

function decoderFor(coding: string, bytes: Buffer): Transform | null {
  // A body that is cut off is no error.
  const cut = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip(cut)
    case 'deflate':
      return hasZlibHeader(bytes) ? zlib.createInflate(cut) : zlib.createInflateRaw(cut)
    case 'br':
      return zlib.createBrotliDecompress({ finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH })
    case 'zstd':
      return zlib.createZstdDecompress()
    default:
      return null
  }
}

/** RFC 1950, section 2.2; many servers send the bare data of RFC 1951. */
function hasZlibHeader(bytes: Buffer): boolean {
  const [method = 0, flags = 0] = bytes
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0
}

/** Null where nothing can be read. What was read before an error is kept, up to the limit. */
function through(decoder: Transform, bytes: Buffer): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const end = () => resolve(Buffer.concat(chunks).subarray(0, BODY_LIMIT))
    decoder.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size < BODY_LIMIT) return
      decoder.destroy()
      end()
    })
    decoder.on('end', end).on('error', () => (size === 0 ? resolve(null) : end()))
    decoder.end(bytes)
  })
}
