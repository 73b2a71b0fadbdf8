import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writtenAddress } from './written-address.ts'

const OPENS = 'new WebSocket('
const read = (script: string) => writtenAddress(script, script.indexOf(OPENS) + OPENS.length)
const FILLED = '$' + '{'

test('an address that is written out, or behind a host that is filled in', () => {
  for (const script of [
    `new WebSocket('/live')`,
    `new WebSocket("/live", ["chat"])`,
    `new WebSocket(base + '/live')`,
    `new WebSocket((location.protocol === 'https:' ? 'wss://' : 'ws://') + location.host + '/live')`,
    `new WebSocket(location.origin.replace(/^http/, 'ws') + '/live')`,
    `new WebSocket(new URL('/live', location.href).href)`,
    `new WebSocket(\`wss://${FILLED}location.host}/live\`)`,
    `new WebSocket(\`${FILLED}location.protocol === 'https:' ? 'wss' : 'ws'}://${FILLED}location.host}/live\`)`,
    `const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'\nnew WebSocket(scheme + '//' + location.host + '/live')`,
    `const url = '/live'\nconst socket = new WebSocket(url)`,
    `let a=location.host,b="/live";new WebSocket("wss://"+a+b)`,
    `const path = location.host\n  + '/live'\nnew WebSocket(\`wss://${FILLED}path}\`)`,
  ]) {
    assert.equal(read(script), '/live', script)
  }
  assert.equal(read(`new WebSocket('wss://app.example.com/live')`), 'wss://app.example.com/live')
  assert.equal(read(`new WebSocket(base + '/live?room=' + room)`), '/live?room=')
})

test('an address of which a part is not written out is none', () => {
  for (const script of [
    `new WebSocket(url)`,
    `new WebSocket('/rooms/' + id)`,
    `new WebSocket(\`/rooms/${FILLED}id}/live\`)`,
    `let url = '/a'; url = '/b'; new WebSocket(url)`,
    `const url = url + '/x'; new WebSocket()`,
    `new WebSocket('unended`,
    'new WebSocket(`unended',
    'new WebSocket(',
  ]) {
    const found = read(script)
    assert.ok(found === null, `${script}: ${found}`)
  }
})
