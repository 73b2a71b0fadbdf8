import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import type { Asked, Setting } from '../served.test-helper.ts'
import { type Case, site, stores } from './case.test-helper.ts'

const host = { host: 'shop.example' }
const forwarded = (proto: string) => ({ ...host, 'x-forwarded-proto': proto })

/** As Express has it by its setting `trust proxy`. */
const before = (req: IncomingMessage): void => {
  const given = req.headers['x-secure']
  if (given !== undefined) Object.assign(req, { secure: given === 'true' })
}

type Expected = {
  readonly isSet: boolean
  readonly has?: readonly string[]
  readonly hasNot?: readonly string[]
}

const absent: Expected = { isSet: false }
const present: Expected = { isSet: true }
const secure: Expected = { isSet: true, has: ['Secure'] }
const notSecure: Expected = { isSet: true, hasNot: ['Secure'] }
const sameSite = (value: string): Expected => ({ isSet: true, has: [`SameSite=${value}`] })
const both: Expected = { isSet: true, has: ['Secure', 'SameSite=None'] }
const neither: Expected = { isSet: true, has: ['SameSite=Lax'], hasNot: ['Secure'] }

type Row = readonly [of: number, what: string, Setting, Asked, Expected, instead?: string]

const secureTrusting: Setting = { proxy: true, cookie: { secure: true } }
const secureDeaf: Setting = { before, proxy: false, cookie: { secure: true } }
const secureOpen: Setting = { before, cookie: { secure: true } }
const path: Setting = { cookie: { path: '/foo/bar' } }
const mounted: Setting = {
  ...path,
  before(req) {
    const { url = '' } = req
    if (url.startsWith('/foo')) Object.assign(req, { originalUrl: url, url: url.slice('/foo'.length) })
  },
}
const auto = { secure: 'auto' } as const
const saidSecure = { headers: { ...host, 'x-secure': 'true' } }
const saidPlain = { headers: { ...host, 'x-secure': 'false' } }
const both_ = { before, cookie: { secure: 'auto', sameSite: 'auto' } } as const
const alone = { before, cookie: { sameSite: 'auto', secure: 'auto' } } as const
const plainAuto = { before, cookie: { sameSite: 'auto', secure: false } } as const
const secureAuto = { before, cookie: { sameSite: 'auto', secure: true } } as const
const trustingAuto = { proxy: true, cookie: { sameSite: 'auto', secure: 'auto' } } as const
const deafAuto = { proxy: false, cookie: { sameSite: 'auto', secure: 'auto' } } as const

const rows: readonly Row[] = [
  [30, 'a proxy that is trusted says https', secureTrusting, { headers: forwarded('https') }, present],
  [31, 'it says https first, in a list', secureTrusting, { headers: forwarded('https,http') }, present],
  [32, 'it says nothing', secureTrusting, { headers: host }, absent],
  [33, 'a proxy that is not trusted says https', secureDeaf, { headers: forwarded('https') }, absent],
  [34, 'req.secure says so, and no proxy is trusted', secureDeaf, saidSecure, absent],
  [
    35,
    'a proxy of which nobody said anything says https',
    secureOpen,
    { headers: forwarded('https') },
    absent,
  ],
  [36, 'req.secure says so, and nobody said anything', secureOpen, saidSecure, present],
  [37, 'another path than the cookie’s', path, { path: '/' }, absent],
  [38, 'a host that looks like the path', path, { headers: { host: 'http://foo/bar' } }, absent],
  [39, 'the path of the cookie', path, { path: '/foo/bar' }, present],
  [40, 'a path below that', path, { path: '/foo/bar/baz' }, present],
  [41, 'the whole path where a router is mounted', mounted, { path: '/foo/bar' }, present],
  [42, 'another whole path', mounted, { path: '/foo/foo/bar' }, absent],
  [
    43,
    'secure auto, and a proxy says https',
    { proxy: true, cookie: auto },
    { headers: forwarded('https') },
    secure,
  ],
  [44, 'the same untrusted', { proxy: false, cookie: auto }, { headers: forwarded('https') }, notSecure],
  [45, 'secure auto, and req.secure', { before, cookie: auto }, saidSecure, secure],
  [46, 'secure auto, and not req.secure', { before, cookie: auto }, saidPlain, notSecure],
  [49, 'sameSite auto over TLS', alone, saidSecure, sameSite('None')],
  [50, 'sameSite auto without', alone, saidPlain, sameSite('Lax')],
  [
    51,
    'sameSite auto, and a proxy says https',
    trustingAuto,
    { headers: forwarded('https') },
    sameSite('None'),
  ],
  [52, 'it says http', trustingAuto, { headers: forwarded('http') }, sameSite('Lax')],
  [53, 'it says https untrusted', deafAuto, { headers: forwarded('https') }, sameSite('Lax')],
  [54, 'both auto over TLS', both_, saidSecure, both],
  [55, 'both auto without', both_, saidPlain, neither],
  [
    56,
    'sameSite auto with secure: false over TLS',
    plainAuto,
    saidSecure,
    neither,
    'is Lax: browsers drop SameSite=None without Secure',
  ],
  [57, 'the same without TLS', plainAuto, saidPlain, neither],
  [58, 'sameSite auto with secure: true over TLS', secureAuto, saidSecure, both],
  [59, 'the same without TLS, for a secure cookie', secureAuto, saidPlain, absent],
  [125, 'a secure cookie over TLS', { cookie: { secure: true }, before }, saidSecure, secure],
  [126, 'a secure cookie over plain http', { cookie: { secure: true } }, { headers: host }, absent],
]

/** What the connection and the path have to do with the cookie. */
export const connectionCases: readonly Case[] = [
  ...rows.map(
    ([of, what, setting, asked, expected, instead]): Case => ({
      of,
      what: instead
        ? what
        : `${what}: ${expected.isSet ? ['a cookie', ...(expected.has ?? [])].join(', ') : 'no cookie'}`,
      ...(instead && { instead }),
      async run(t) {
        const handler = (req: Parameters<typeof stores>[0], res: Parameters<typeof stores>[1]) => {
          if (req.session) stores(req, res)
          else res.end('no session')
        }
        const answer = await (await site(t, setting, handler)).ask(asked)
        const attributes = answer.lines[0]?.split('; ') ?? []
        assert.deepEqual([answer.status, answer.lines.length], [200, expected.isSet ? 1 : 0])
        for (const each of expected.has ?? []) assert.ok(attributes.includes(each), answer.lines[0])
        for (const each of expected.hasNot ?? []) assert.ok(!attributes.includes(each), answer.lines[0])
      },
    }),
  ),
  {
    of: 47,
    what: 'a function makes the options of the cookie',
    async run(t) {
      let calls = 0
      const cookie = () => {
        calls++
        return { path: '/test', httpOnly: true, secure: false }
      }
      const { lines } = await (await site(t, { cookie })).ask({ path: '/test' })
      assert.match(lines[0] ?? '', /; Path=\/test; HttpOnly/)
      assert.ok(calls > 0)
    },
  },
  {
    of: 48,
    what: 'it is given the request',
    async run(t) {
      const cookie = ({ url = '/' }: IncomingMessage) => ({ path: url, secure: false })
      assert.match(
        (await (await site(t, { cookie })).ask({ path: '/test' })).lines[0] ?? '',
        /; Path=\/test;/,
      )
    },
  },
]
