import { SECOND, type TwoUsersSite, twoUsersSite } from './apps/node-two-users.ts'
import { hardened, type Options, type Start, signIn, vulnerable } from './describe.ts'
import { listen } from './serve/listen.ts'
import type { Twin } from './twin.ts'

const withOthers: Options = (url) => ({
  ...signIn(url),
  secondUsername: SECOND.username,
  secondPassword: SECOND.password,
  puzzle: true,
})

function site(fault: TwoUsersSite['fault']): Start {
  return () => listen(twoUsersSite({ fault }))
}

/** Twins with a second user, and with forms that a visitor may send. */
export const otherTwins: readonly Twin[] = [
  hardened('node:http two-users/hardened', site(null), withOthers),
  vulnerable(
    'node:http two-users/session-puzzling',
    ['session-puzzling'],
    site('session-puzzling'),
    withOthers,
  ),
  vulnerable('node:http two-users/address', ['two-users'], site('address'), withOthers),
  vulnerable('node:http two-users/cookie', ['two-users'], site('cookie'), withOthers),
]
