import { type ExpressSite, expressSite } from './apps/express-session.ts'
import { type FastifySite, fastifySite } from './apps/fastify-session.ts'
import { type RememberSite, rememberSite } from './apps/node-remember.ts'
import { type PhpSite, phpSite } from './apps/php.ts'
import { hardened, jsonSignIn, type Options, plant, type Start, signIn, vulnerable } from './describe.ts'
import { changeableAccount } from './serve/account.ts'
import { listen } from './serve/listen.ts'
import type { Twin } from './twin.ts'

/** Where the password can be given again and changed. */
const withPasswordChange: Options = (url) => ({ ...signIn(url), changePassword: true })
const withAccount: Options = (url) => ({
  ...withPasswordChange(url),
  reauthUrl: `${url}/account/confirm`,
})
const jsonWithPasswordChange: Options = (url) => ({
  ...jsonSignIn(url),
  changePassword: true,
  changePasswordUrl: `${url}/api/password`,
})

function express(site: ExpressSite): Start {
  const account = changeableAccount()
  return () => listen(expressSite({ ...site, account }), { account })
}
function fastifyJson(fault: FastifySite['fault']): Start {
  const account = changeableAccount()
  return async () => listen(await fastifySite({ fault, login: 'json', account }), { account })
}
function remember(fault: RememberSite['fault']): Start {
  const account = changeableAccount()
  return () => listen(rememberSite({ fault, account }), { account })
}
function php(site: PhpSite): Start {
  return () => phpSite(site)
}

/** Twins whose user can give the password again, or change it. */
export const accountTwins: readonly Twin[] = [
  hardened('express-session/hardened-account', express({ fault: null }), withAccount),
  vulnerable(
    'express-session/reauthentication',
    ['reauthentication'],
    express({ fault: 'reauthentication' }),
    withAccount,
  ),
  vulnerable(
    'express-session/password-change-rotation',
    ['password-change-rotation'],
    express({ fault: 'password-change-rotation' }),
    withAccount,
  ),
  vulnerable(
    'express-session/password-change-sessions',
    ['password-change-sessions'],
    express({ fault: 'password-change-sessions' }),
    withAccount,
  ),
  plant(
    'express-session/offers-to-end-other-sessions',
    express({ fault: null, offersToEndOthers: true }),
    withAccount,
  ),

  hardened('@fastify/session json/hardened-account', fastifyJson(null), jsonWithPasswordChange),
  vulnerable(
    '@fastify/session json/password-change-rotation',
    ['password-change-rotation'],
    fastifyJson('password-change-rotation'),
    jsonWithPasswordChange,
  ),
  vulnerable(
    '@fastify/session json/password-change-sessions',
    ['password-change-sessions'],
    fastifyJson('password-change-sessions'),
    jsonWithPasswordChange,
  ),

  hardened('node:http remember-me/hardened-account', remember(null), withPasswordChange),
  vulnerable(
    'node:http remember-me/password-change-sessions',
    ['remember-me'],
    remember('password-change-sessions'),
    withPasswordChange,
  ),

  hardened('php/hardened-account', php({ fault: null }), withPasswordChange),
  vulnerable('php/reauthentication', ['reauthentication'], php({ fault: 'reauthentication' })),
  vulnerable(
    'php/password-change-rotation',
    ['password-change-rotation'],
    php({ fault: 'password-change-rotation' }),
    withPasswordChange,
  ),
  vulnerable(
    'php/password-change-sessions',
    ['password-change-sessions'],
    php({ fault: 'password-change-sessions' }),
    withPasswordChange,
  ),
]
