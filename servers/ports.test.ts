import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import { freePort, host, isFree } from './ports.ts'

test('a port is free until someone listens on it, and again afterwards', async (t) => {
  const server = createServer().listen(0, host)
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  assert.equal(await isFree(port), false)
  server.close()
  await once(server, 'close')
  assert.equal(await isFree(port), true)
})

test('a port is not offered while one of its companions is taken', async (t) => {
  const server = createServer().listen(0, host)
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await assert.rejects(
    freePort(() => [port]),
    /No free port/,
  )
  const offered = await freePort((candidate) => [candidate + 10_000])
  assert.ok((await isFree(offered)) && (await isFree(offered + 10_000)))
})
