import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { isPublicAddress } from './addresses.ts'

const notPublic = [
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255'],
  ...['192.168.1.1', '169.254.169.254', '100.64.0.1', '100.100.100.200', '100.127.255.255', '192.0.0.192'],
  ...['192.0.2.1', '198.18.0.1', '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.1.2.3'],
  ...['240.0.0.1', '255.255.255.255', '168.63.129.16', '192.88.99.1'],
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '100::1'],
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:a00:1', '::127.0.0.1', '64:ff9b::7f00:1'],
  ...['64:ff9b:1::1', '2002:7f00:1::', '2001::1', '2001:db8::1', '3fff::1', '5f00::1'],
  ...[
    '',
    'localhost',
    'example.com',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '127.0.0.1 ',
    '[::1]',
  ],
]
const isPublic = [
  '1.1.1.1',
  '8.8.8.8',
  '93.184.215.14',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.0.1',
  '172.32.0.1',
]
const isPublicIpv6 = ['2606:4700::1111', '2a00:1450:4001::200e', '2620:fe::fe', '2001:4860:4860::8888']

test('addresses that are not on the public internet are refused', () => {
  for (const address of notPublic) assert.equal(isPublicAddress(address), false, address)
})

test('public addresses are allowed', () => {
  for (const address of [...isPublic, ...isPublicIpv6]) assert.equal(isPublicAddress(address), true, address)
})

const byte = fc.integer({ min: 0, max: 255 })
const privateIpv4 = fc.oneof(
  ...[[127], [10], [0], [192, 168], [169, 254], [172, 20], [100, 64], [255]].map((prefix) =>
    fc.tuple(byte, byte, byte, byte).map((bytes) => [...prefix, ...bytes].slice(0, 4)),
  ),
)
const hex = (bytes: readonly number[]) => bytes.map((each) => each.toString(16).padStart(2, '0')).join('')

test('a private IPv4 address is refused in every spelling a URL or a resolver may give it', () => {
  fc.assert(
    fc.property(privateIpv4, (bytes) => {
      const number = bytes.reduce((sum, each) => sum * 256 + each, 0)
      const [high = '', low = ''] = [hex(bytes).slice(0, 4), hex(bytes).slice(4)]
      const inUrl = [
        bytes.join('.'),
        String(number),
        `0x${number.toString(16)}`,
        `0${number.toString(8)}`,
        bytes.map((each) => `0x${each.toString(16)}`).join('.'),
        bytes.map((each) => `0${each.toString(8)}`).join('.'),
        `${bytes[0]}.${number % 2 ** 24}`,
        `${bytes.join('.')}.`,
        ...[`::ffff:${bytes.join('.')}`, `::ffff:${high}:${low}`, `::${high}:${low}`].map(
          (each) => `[${each}]`,
        ),
        ...[`64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`].map((each) => `[${each}]`),
      ]
      for (const host of inUrl) {
        const { hostname } = new URL(`http://${host}/`)
        const address = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
        assert.equal(isPublicAddress(address), false, `${host} is ${address}`)
      }
    }),
  )
})
