import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { slowly } from './slowly.ts'
import { costTable, meanOf, totalOf } from './table.ts'

const cost = (requests: number, logins: number) => ({ requests, logins, milliseconds: 10, waited: 0 })

test('a step that one of the runs did not take counts as nothing in it', () => {
  const mean = meanOf([new Map([['logout', cost(9, 2)]]), new Map([['caching', cost(3, 0)]])])
  assert.deepEqual([mean.get('logout')?.requests, mean.get('caching')?.requests], [4.5, 1.5])
  assert.deepEqual([totalOf(mean).requests, totalOf(mean).logins], [6, 1])
})

test('beside an earlier build the table says what is left of it', () => {
  const table = costTable(new Map([['logout', cost(5, 1)]]), new Map([['logout', cost(10, 2)]]))
  assert.match(table, /of before: requests 0\.50, logins 0\.50, time 1\.00/)
  assert.doesNotMatch(costTable(new Map([['logout', cost(5, 1)]]), null), /before/)
})

test('what stands before a site passes method, headers and body on, and the answer back', async (t) => {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const said = `${request.method} ${request.url} ${request.headers.cookie} ${body}`
    response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'] }).end(said)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const far = await slowly(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 1)
  t.after(async () => {
    await far.close()
    server.close()
  })
  const answer = await fetch(`${far.url}/x?y`, { method: 'POST', headers: { cookie: 'c=3' }, body: 'z' })
  assert.equal(await answer.text(), 'POST /x?y c=3 z')
  assert.deepEqual([answer.status, answer.headers.getSetCookie()], [201, ['a=1', 'b=2']])
})
