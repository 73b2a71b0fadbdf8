import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isSessionError } from '../errors.ts'
import { createClientAddress, networkOf, type ProxyOptions, parseAddress } from './client-address.ts'

const proxies = ['10.0.0.0/8', '192.0.2.7', '2001:db8:a::/48']

/** The address found for a connection from `remoteAddress` with this header. */
function found(remoteAddress: string | undefined, value: string | null, options: ProxyOptions = {}) {
  const addressOf = createClientAddress({ trustedProxies: proxies, ...options })
  const name = options.forwardedBy ?? 'x-forwarded-for'
  return addressOf({ remoteAddress, header: (asked) => (asked === name ? value : null) })
}

test('without trusted proxies the address is the connection’s, whatever a header says', () => {
  const addressOf = createClientAddress()
  const header = () => '203.0.113.9'
  assert.equal(addressOf({ remoteAddress: '198.51.100.4', header }), '198.51.100.4')
  assert.equal(addressOf({ remoteAddress: '::ffff:198.51.100.4', header }), '198.51.100.4')
  assert.equal(addressOf({ remoteAddress: undefined, header }), null)
})

test('a connection that is no proxy’s is the client, with a header or without', () => {
  assert.equal(found('198.51.100.4', '203.0.113.9'), '198.51.100.4')
  assert.equal(found('198.51.100.4', '203.0.113.9, 10.0.0.1'), '198.51.100.4')
})

test('behind proxies, the first hop from the right that is none of them', () => {
  const cases: [string | null, string | null][] = [
    ['203.0.113.9', '203.0.113.9'],
    ['6.6.6.6, 203.0.113.9', '203.0.113.9'],
    ['6.6.6.6, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
    ['6.6.6.6,203.0.113.9 , 192.0.2.7,10.1.2.3', '203.0.113.9'],
    ['2001:db8:a::5, 10.1.2.3', '2001:db8:a::5'],
    ['2001:db8:b::5, 2001:db8:a::5', '2001:db8:b::5'],
    ['10.9.9.9, 10.1.2.3', '10.9.9.9'],
    ['', '10.0.0.1'],
    [null, '10.0.0.1'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['2001:0DB8:0:0::0001', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['203.0.113.9,, ,', '203.0.113.9'],
    ['203.0.113.9, unknown', null],
    ['203.0.113.9, 300.1.1.1', null],
    ['203.0.113.9, 10.0.0.1 10.0.0.2', null],
    ['6.6.6.6, garbage, 203.0.113.9', '203.0.113.9'],
  ]
  for (const [value, expected] of cases) assert.equal(found('10.0.0.1', value), expected, String(value))
})

test('Forwarded is read by its grammar, element by element', () => {
  const cases: [string, string | null][] = [
    ['for=203.0.113.9', '203.0.113.9'],
    ['For="203.0.113.9:4711";proto=https;by=10.0.0.1', '203.0.113.9'],
    ['for=6.6.6.6, for="[2001:db8::1]:4711"', '2001:db8::1'],
    ['for=203.0.113.9, for=10.1.2.3;proto=http', '203.0.113.9'],
    ['proto=https;for=203.0.113.9', '203.0.113.9'],
    ['for="203.0.113.\\9"', '203.0.113.9'],
    ['for=unknown', null],
    ['for=_hidden, for=10.1.2.3', null],
    ['for=203.0.113.9, proto=https', null],
    ['for=203.0.113.9 6.6.6.6', null],
    ['host="x;for=6.6.6.6;y";for=203.0.113.9', '203.0.113.9'],
    ['for=203.0.113.9;host="x\\", for=6.6.6.6"', '203.0.113.9'],
    ['for=203.0.113.9;host="\\\\", for=10.1.2.3', '203.0.113.9'],
    ['for="6.6.6.6, for=203.0.113.9', '203.0.113.9'],
  ]
  for (const [value, expected] of cases) {
    assert.equal(found('10.0.0.1', value, { forwardedBy: 'forwarded' }), expected, value)
  }
})

const ipv4 = fc.tuple(fc.integer({ min: 11, max: 191 }), fc.nat(255), fc.nat(255), fc.nat(255))
const client = fc.oneof(
  ipv4.map((parts) => parts.join('.')),
  fc.tuple(fc.integer({ min: 1, max: 0xffff }), fc.nat(0xffff)).map(([a, b]) => `fd00:${hex(a)}::${hex(b)}`),
)
const proxyChain = fc.array(fc.constantFrom('10.1.2.3', '192.0.2.7', '2001:db8:a::9'), { maxLength: 4 })
/** Anything a header can carry, and what tries to look like a hop. */
const madeUp = fc.oneof(
  fc.string({ unit: 'binary-ascii' }),
  fc.stringMatching(/^[\d.:,a-f "\\;=for[\]]*$/),
  fc
    .array(fc.constantFrom('10.0.0.1', '6.6.6.6', 'for="', '"', '\\', ',', ';', '[', '::1', 'unknown', ' '))
    .map((parts) => parts.join('')),
)

function hex(group: number): string {
  return group.toString(16)
}

test('whatever a client prepends, behind however many proxies, the address stays its own', () => {
  const written = {
    'x-forwarded-for': (address: string) => address,
    forwarded: (address: string) =>
      address.includes(':') ? `for="[${address}]";host="a\\", for=6.6.6.6"` : `proto=https;for=${address}`,
  }
  const header = fc.constantFrom<keyof typeof written>('x-forwarded-for', 'forwarded')
  fc.assert(
    fc.property(header, madeUp, client, proxyChain, (forwardedBy, prefix, address, chain) => {
      const told = [address, ...chain].map(written[forwardedBy])
      const expected = parseAddress(address)
      assert.notEqual(expected, null)
      for (const value of [told, [prefix, ...told]].map((list) => list.join(', '))) {
        assert.equal(found('10.0.0.1', value, { forwardedBy }), expected)
      }
    }),
    { numRuns: 2000 },
  )
})

test('no header makes it fail, and what it finds is an address', () => {
  const header = fc.constantFrom('x-forwarded-for' as const, 'forwarded' as const)
  fc.assert(
    fc.property(header, madeUp, fc.option(madeUp), (forwardedBy, value, remote) => {
      for (const connection of ['10.0.0.1', remote ?? undefined]) {
        const address = found(connection, value, { forwardedBy })
        if (address !== null) assert.equal(parseAddress(address), address)
      }
    }),
  )
})

test('blocks are addresses or CIDR, of IPv6 and IPv4, also written as one of the other', () => {
  const trusts = (block: string, remote: string) =>
    found(remote, '203.0.113.9', { trustedProxies: [block] }) === '203.0.113.9'
  const cases: [string, string, boolean][] = [
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.0.0.1/32', '::ffff:10.0.0.1', true],
    ['::ffff:10.0.0.0/104', '10.7.7.7', true],
    ['::ffff:10.0.0.0/104', '11.7.7.7', false],
    ['2001:db8::/32', '2001:DB8:1::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::1', '::1', true],
    ['::1', '127.0.0.1', false],
  ]
  for (const [block, remote, expected] of cases)
    assert.equal(trusts(block, remote), expected, `${block} ${remote}`)
})

test('a setting that cannot be meant is refused: a name, a wrong length, everybody, another header', () => {
  for (const block of ['localhost', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '', '[::1]']) {
    assert.throws(() => createClientAddress({ trustedProxies: [block] }), isConfigInvalid, block)
  }
  for (const everybody of ['0.0.0.0/0', '::/0', '::ffff:0:0/96', '192.0.2.1/0']) {
    assert.throws(() => createClientAddress({ trustedProxies: [everybody] }), /every client/)
  }
  assert.throws(() => createClientAddress({ forwardedBy: 'x-real-ip' as 'forwarded' }), isConfigInvalid)
})

function isConfigInvalid(error: unknown): boolean {
  return isSessionError(error) && error.code === 'config_invalid'
}

test('the network of an address: of IPv6 its first half', () => {
  assert.equal(networkOf('203.0.113.9'), '203.0.113.9')
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  assert.equal(networkOf('2001:db8:1:2::9'), '2001:db8:1:2')
  assert.equal(networkOf('2001:db8::9'), '2001:db8:0:0')
  assert.equal(networkOf('::1'), '0:0:0:0')
})
