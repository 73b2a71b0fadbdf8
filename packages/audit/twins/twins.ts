import { accountTwins } from './account-twins.ts'
import { type CookieSessionSite, cookieSessionSite } from './apps/cookie-session.ts'
import { type ExpressSite, expressSite } from './apps/express-session.ts'
import { type FastifySite, fastifySite } from './apps/fastify-session.ts'
import { type IronSite, ironSite } from './apps/iron-session.ts'
import { type KoaSite, koaSite } from './apps/koa-session.ts'
import { bearerSite } from './apps/node-bearer.ts'
import { doubleSubmitSite } from './apps/node-double-submit.ts'
import { rememberSite } from './apps/node-remember.ts'
import { type PhpSite, phpSite } from './apps/php.ts'
import { type PythonSite, pythonSite } from './apps/python.ts'
import {
  hardened,
  jsonSignIn,
  nickname,
  type Options,
  plant,
  type Start,
  signIn,
  vulnerable,
  withNickname,
} from './describe.ts'
import { nodeTwins } from './node-twins.ts'
import { otherTwins } from './other-twins.ts'
import { listen } from './serve/listen.ts'
import { tokenTwins } from './token-twins.ts'
import type { Twin } from './twin.ts'

const jsonNickname: Options = (url) => ({
  ...jsonSignIn(url),
  ...nickname({ url: '/api/nickname', format: 'json', readUrl: '/api/me', find: 'json:nickname' }),
})
const expectingTwo: Options = (url) => ({ ...signIn(url), expectSessions: 2 })

function express(site: ExpressSite): Start {
  return () => listen(expressSite(site), { https: site.https })
}
function expressByName(site: ExpressSite): Start {
  return () => listen(expressSite(site), { named: true })
}
function cookies(site: CookieSessionSite): Start {
  return () => listen(cookieSessionSite(site), { https: site.https })
}
function fastify(site: FastifySite): Start {
  return async () => listen(await fastifySite(site))
}
function koa(site: KoaSite): Start {
  return () => listen(koaSite(site), { https: site.https })
}
function iron(site: IronSite): Start {
  return () => listen(ironSite(site), { https: site.https })
}
function php(site: PhpSite): Start {
  return () => phpSite(site)
}
function python(site: PythonSite): Start {
  return () => pythonSite(site)
}

/** The first planted check is the one that a vulnerable twin is about; others follow from the same fault. */
export const twins: readonly Twin[] = [
  hardened('express-session/hardened', express({ fault: null })),
  hardened('express-session/hardened-rolling', express({ fault: null, rolling: true })),
  vulnerable('express-session/cookie-httponly', ['cookie-httponly'], express({ fault: 'cookie-httponly' })),
  vulnerable('express-session/cookie-samesite', ['cookie-samesite'], express({ fault: 'cookie-samesite' })),
  vulnerable('express-session/cookie-lifetime', ['cookie-lifetime'], express({ fault: 'cookie-lifetime' })),
  vulnerable('express-session/fixation', ['fixation'], express({ fault: 'fixation' })),
  vulnerable('express-session/logout', ['logout'], express({ fault: 'logout' })),
  vulnerable('express-session/id-length', ['id-length'], express({ fault: 'id-length' })),
  vulnerable('express-session/caching', ['caching'], express({ fault: 'caching' })),
  vulnerable('express-session/default-name', ['default-name'], express({ fault: 'default-name' })),
  vulnerable('express-session/logout-get', ['logout-get'], express({ fault: 'logout-get' })),
  hardened('express-session/hardened-nickname', express({ fault: null }), withNickname),
  vulnerable(
    'express-session/cross-site-form',
    ['cross-site-request', 'cookie-samesite'],
    express({ fault: 'cross-site-form' }),
    withNickname,
  ),
  vulnerable(
    'express-session/cross-site-link',
    ['cross-site-request'],
    express({ fault: 'cross-site-link' }),
    withNickname,
  ),
  hardened('express-session/hardened-two-sessions', express({ fault: null, sessions: 2 }), expectingTwo),
  vulnerable(
    'express-session/concurrent-sessions',
    ['concurrent-sessions'],
    express({ fault: 'concurrent-sessions', sessions: 2 }),
    expectingTwo,
  ),
  hardened('express-session https/hardened', express({ fault: null, https: true })),
  vulnerable(
    'express-session https/cookie-secure',
    ['cookie-secure', 'cookie-tossing'],
    express({ fault: 'cookie-secure', https: true }),
  ),
  vulnerable(
    'express-session https/cookie-tossing',
    ['cookie-tossing'],
    express({ fault: 'cookie-tossing', https: true }),
  ),
  hardened('express-session https/hardened-nickname', express({ fault: null, https: true }), withNickname),
  vulnerable(
    'express-session https/cross-site-form',
    ['cross-site-request', 'cookie-samesite', 'framing'],
    express({ fault: 'cross-site-form', https: true }),
    withNickname,
  ),
  vulnerable('express-session https/transport', ['transport'], express({ fault: 'transport', https: true })),
  vulnerable(
    'express-session/served-without-tls',
    ['transport', 'cookie-secure', 'cookie-tossing'],
    expressByName({ fault: null }),
  ),
  plant('express-session/origin-instead-of-token', express({ fault: null, csrf: 'origin' }), withNickname),

  hardened('cookie-session/hardened', cookies({ fault: null })),
  vulnerable('cookie-session/logout', ['logout'], cookies({ fault: 'logout' })),
  vulnerable('cookie-session/cookie-httponly', ['cookie-httponly'], cookies({ fault: 'cookie-httponly' })),
  vulnerable('cookie-session/cookie-lifetime', ['cookie-lifetime'], cookies({ fault: 'cookie-lifetime' })),
  vulnerable('cookie-session/default-name', ['default-name'], cookies({ fault: 'default-name' })),
  hardened('cookie-session https/hardened', cookies({ fault: null, https: true })),
  vulnerable(
    'cookie-session https/framing',
    ['framing', 'cookie-samesite'],
    cookies({ fault: 'cookie-samesite', https: true }),
  ),

  hardened('@fastify/session/hardened', fastify({ fault: null })),
  hardened('@fastify/session eager/hardened', fastify({ fault: null, eager: true })),
  vulnerable('@fastify/session eager/fixation', ['fixation'], fastify({ fault: 'fixation', eager: true })),
  // CVE-2026-117499: a request that ends writes back the session that a logout has destroyed.
  vulnerable(
    '@fastify/session eager/logout-in-flight',
    ['logout-in-flight', 'late-answer'],
    fastify({ fault: null, eager: true, rolling: true }),
  ),
  vulnerable('@fastify/session/fixation', ['fixation'], fastify({ fault: 'fixation' })),
  vulnerable('@fastify/session/logout', ['logout'], fastify({ fault: 'logout' })),
  // Short, but nobody tells it without its signature.
  plant('@fastify/session/short-signed-id', fastify({ fault: 'id-length' })),
  vulnerable('@fastify/session/caching', ['caching'], fastify({ fault: 'caching' })),
  vulnerable('@fastify/session/default-name', ['default-name'], fastify({ fault: 'default-name' })),
  hardened('@fastify/session json/hardened', fastify({ fault: null, login: 'json' }), jsonSignIn),
  hardened('@fastify/session json/hardened-nickname', fastify({ fault: null, login: 'json' }), jsonNickname),
  vulnerable(
    '@fastify/session json/cross-site-request',
    ['cross-site-request', 'cookie-samesite'],
    fastify({ fault: 'cross-site-request', login: 'json' }),
    jsonNickname,
  ),
  vulnerable(
    '@fastify/session json/login-csrf',
    ['login-csrf'],
    fastify({ fault: 'login-csrf', login: 'json' }),
    jsonSignIn,
  ),
  vulnerable(
    '@fastify/session json/logout',
    ['logout'],
    fastify({ fault: 'logout', login: 'json' }),
    jsonSignIn,
  ),
  vulnerable(
    '@fastify/session json/cookie-httponly',
    ['cookie-httponly'],
    fastify({ fault: 'cookie-httponly', login: 'json' }),
    jsonSignIn,
  ),

  hardened('koa-session/hardened', koa({ fault: null })),
  vulnerable('koa-session/fixation', ['fixation'], koa({ fault: 'fixation' })),
  vulnerable('koa-session/logout', ['logout'], koa({ fault: 'logout' })),
  vulnerable('koa-session/cookie-lifetime', ['cookie-lifetime'], koa({ fault: 'cookie-lifetime' })),
  vulnerable('koa-session/logout-get', ['logout-get'], koa({ fault: 'logout-get' })),
  vulnerable('koa-session/caching', ['caching'], koa({ fault: 'caching' })),
  vulnerable('koa-session/default-name', ['default-name'], koa({ fault: 'default-name' })),
  hardened('koa-session https/hardened', koa({ fault: null, https: true })),
  vulnerable(
    'koa-session https/cookie-scope',
    ['cookie-scope', 'cookie-tossing'],
    koa({ fault: 'cookie-scope', https: true }),
  ),

  hardened('iron-session/hardened', iron({ fault: null })),
  vulnerable('iron-session/logout', ['logout', 'late-answer'], iron({ fault: 'logout' })),
  vulnerable('iron-session/cookie-httponly', ['cookie-httponly'], iron({ fault: 'cookie-httponly' })),
  vulnerable('iron-session/cookie-samesite', ['cookie-samesite'], iron({ fault: 'cookie-samesite' })),
  vulnerable('iron-session/cookie-lifetime', ['cookie-lifetime'], iron({ fault: 'cookie-lifetime' })),
  hardened('iron-session https/hardened', iron({ fault: null, https: true })),

  ...nodeTwins,
  hardened('node:http remember-me/hardened', () => listen(rememberSite({ fault: null }))),
  vulnerable('node:http remember-me/logout', ['remember-me'], () =>
    listen(rememberSite({ fault: 'logout' })),
  ),
  hardened('node:http bearer/hardened', () => listen(bearerSite({ fault: null })), jsonSignIn),
  vulnerable(
    'node:http bearer/logout',
    ['logout'],
    () => listen(bearerSite({ fault: 'logout' })),
    jsonSignIn,
  ),
  plant('node:http/double-submit-cookie', () => listen(doubleSubmitSite())),

  hardened('php/hardened', php({ fault: null })),
  vulnerable('php/fixation', ['fixation'], php({ fault: 'fixation' })),
  vulnerable('php/fixation-old-id-kept', ['fixation'], php({ fault: 'old-id-kept' })),
  vulnerable('php/strict-ids', ['strict-ids'], php({ fault: 'strict-ids' })),
  vulnerable('php/id-in-url', ['id-in-url'], php({ fault: 'id-in-url' })),
  vulnerable('php/caching', ['caching'], php({ fault: 'caching' })),
  vulnerable('php/logout', ['logout'], php({ fault: 'logout' })),
  vulnerable('php/logout-get', ['logout-get'], php({ fault: 'logout-get' })),
  hardened('php/hardened-nickname', php({ fault: null }), withNickname),
  vulnerable(
    'php/cross-site-request',
    ['cross-site-request'],
    php({ fault: 'cross-site-request' }),
    withNickname,
  ),
  vulnerable('php/cookie-httponly', ['cookie-httponly'], php({ fault: 'cookie-httponly' })),
  vulnerable(
    'php/default-settings',
    ['default-name', 'cookie-httponly', 'cookie-samesite', 'fixation', 'strict-ids'],
    php({ fault: 'defaults' }),
  ),
  hardened('php late/hardened', php({ fault: null, visitors: false })),
  vulnerable(
    'php late/fixation-chosen-id',
    ['fixation', 'strict-ids'],
    php({ fault: 'chosen-id', visitors: false }),
  ),

  hardened('python/hardened', python({ fault: null })),
  vulnerable('python/cookie-httponly', ['cookie-httponly'], python({ fault: 'cookie-httponly' })),
  vulnerable('python/fixation', ['fixation'], python({ fault: 'fixation' })),
  vulnerable('python/logout', ['logout'], python({ fault: 'logout' })),
  vulnerable('python/id-length', ['id-length'], python({ fault: 'id-length' })),
  vulnerable('python/caching', ['caching'], python({ fault: 'caching' })),

  ...accountTwins,
  ...tokenTwins,
  ...otherTwins,
]
