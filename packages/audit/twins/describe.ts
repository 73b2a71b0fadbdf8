import type { ReversibleAction } from '../src/options/action.ts'
import type { AuditOptions } from '../src/options/options.ts'
import { ACCOUNT } from './serve/account.ts'
import type { CheckId, Twin } from './twin.ts'

export type Start = Twin['start']
export type Options = Twin['options']

/** The user's name and password and nothing else: everything but them is the auditor's to find. */
export const signIn: Options = (url) => ({
  username: ACCOUNT.username,
  password: ACCOUNT.password,
  ...(url.startsWith('https:') ? { insecure: true } : {}),
})
/** A script's endpoints cannot be found by following pages. */
export const jsonSignIn: Options = (url) => ({
  ...signIn(url),
  loginFormat: 'json',
  loginUrl: `${url}/api/login`,
  protectedUrl: `${url}/api/me`,
  logoutUrl: `${url}/api/logout`,
})

/** The one change that a page of another site may not make. */
export const nickname = (more: Partial<ReversibleAction> = {}): Pick<AuditOptions, 'action'> => ({
  action: {
    url: '/nickname',
    change: { nickname: 'Grace' },
    undo: { nickname: 'Ada' },
    readUrl: '/account',
    find: 'field:nickname',
    ...more,
  },
})
export const withNickname: Options = (url) => ({ ...signIn(url), ...nickname() })

export function vulnerable(
  name: string,
  planted: readonly [CheckId, ...CheckId[]],
  start: Start,
  options = signIn,
): Twin {
  return {
    name,
    framework: frameworkOf(name),
    check: planted[0],
    role: 'vulnerable',
    planted,
    options,
    start,
  }
}
export function hardened(name: string, start: Start, options = signIn): Twin {
  return { name, framework: frameworkOf(name), check: null, role: 'hardened', planted: [], options, start }
}
export function plant(name: string, start: Start, options = signIn): Twin {
  return { ...hardened(name, start, options), role: 'plant' }
}
function frameworkOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/'))
}
