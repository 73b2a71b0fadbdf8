import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as zlib from 'node:zlib'
import { BODY_LIMIT } from '../wire/read-limited.ts'
import { undoCodings } from './content-coding.ts'

const page = Buffer.from('<form>Sign in</form>')
const undone = async (bytes: Buffer, header: string) => {
  const { bytes: plain, coding } = await undoCodings(bytes, header)
  return [plain.toString(), coding]
}

const rows: readonly (readonly [header: string, bytes: Buffer])[] = [
  ['', page],
  ['identity', page],
  ['gzip', zlib.gzipSync(page)],
  ['X-GZIP', zlib.gzipSync(page)],
  ['deflate', zlib.deflateSync(page)],
  ['deflate', zlib.deflateRawSync(page)],
  ['br', zlib.brotliCompressSync(page)],
  ['zstd', zlib.zstdCompressSync(page)],
  ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(page))],
  [' deflate ,identity, zstd', zlib.zstdCompressSync(zlib.deflateSync(page))],
]
for (const [header, bytes] of rows) {
  test(`“${header}” of ${bytes.length} bytes is undone`, async () => {
    assert.deepEqual(await undone(bytes, header), [page.toString(), null])
  })
}

test('what is over the limit is cut, in each coding, before and after', async () => {
  const large = Buffer.concat([page, Buffer.alloc(BODY_LIMIT * 2, 'word ')])
  for (const [header, bytes] of [
    ['gzip', zlib.gzipSync(large)],
    ['deflate', zlib.deflateSync(large)],
    ['deflate', zlib.deflateRawSync(large)],
    ['br', zlib.brotliCompressSync(large, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['zstd', zlib.zstdCompressSync(large)],
  ] as const) {
    assert.equal((await undoCodings(bytes, header)).bytes.length, BODY_LIMIT, header)
    const [cut, coding] = await undone(bytes.subarray(0, bytes.length / 2), header)
    assert.ok(cut?.startsWith(page.toString()), header)
    assert.equal(coding, null)
  }
})

test('a name that nobody knows is passed over, and a wrong one leaves nothing; both are named', async () => {
  assert.deepEqual(await undone(page, 'utf-8'), [page.toString(), 'utf-8'])
  assert.deepEqual(await undone(page, 'gzip'), ['', 'gzip'])
  assert.deepEqual(await undone(Buffer.alloc(0), 'gzip'), ['', null])
})
