import type { Config } from '../config/config-schema.ts'
import type { Format } from '../report/index.ts'
import type { AuditFlags } from './audit-flags.ts'

/** Where the file has another word than the command line. */
const RENAMED = {
  fields: 'field',
  headers: 'header',
  loginOrigins: 'loginOrigin',
  streams: 'stream',
  puzzleRequests: 'puzzleRequest',
} as const
const OWN = ['$schema', 'url', 'expect', 'action', 'reports', 'resume'] as const
const TIMES = ['idleTimeout', 'absoluteTimeout'] as const

/** The word of the file that a flag's value came from. */
export function wordInFile(flag: string): string {
  const renamed = Object.entries(RENAMED).find(([, name]) => name === flag)?.[0]
  if (renamed !== undefined) return renamed
  return flag === 'resume' ? 'resume.file' : flag === 'resumePassphrase' ? 'resume.passphrase' : flag
}

/** The flags that a configuration stands for. */
export function flagsOf(config: Config): Partial<AuditFlags> {
  const { action, reports, resume } = config
  // In seconds there, and typed with its unit.
  const times = TIMES.flatMap((name) => (config[name] === undefined ? [] : [[name, `${config[name]}s`]]))
  const report = Object.entries(reports ?? {}).map(([format, file]) => ({ format: format as Format, file }))
  const named = Object.entries(config)
    .filter(([name, value]) => value !== undefined && !(OWN as readonly string[]).includes(name))
    // A flag that is not given is not there; --browser alone has a no.
    .filter(([name, value]) => value !== false || name === 'browser')
    .map(([name, value]) => [
      Object.hasOwn(RENAMED, name) ? RENAMED[name as keyof typeof RENAMED] : name,
      value,
    ])
  return {
    ...Object.fromEntries([...named, ...times]),
    ...(reports && { report }),
    ...(action && actionFlags(action)),
    ...(resume && { resume: resume.file, resumePassphrase: resume.passphrase }),
  }
}

function actionFlags({ method = 'POST', url, change, undo, ...rest }: NonNullable<Config['action']>) {
  return {
    action: `${method} ${url}`,
    actionSet: change,
    actionUndo: undo,
    actionRead: rest.readUrl,
    actionFind: rest.find,
    ...(rest.formUrl === undefined ? {} : { actionForm: rest.formUrl }),
    ...(rest.format === undefined ? {} : { actionFormat: rest.format }),
  }
}

type Name = keyof AuditFlags

const WAYS_IN: readonly Name[] = ['cookie', 'loginFrom', 'loginCommand', 'passive']
const ACCOUNT: readonly Name[] = ['username', 'password', 'passwordStdin']
const ACTION: readonly Name[] = [
  ...(['action', 'actionSet', 'actionUndo', 'actionRead'] as const),
  ...(['actionFind', 'actionForm', 'actionFormat'] as const),
]
/** What needs a login of the account. */
const OF_LOGIN: readonly Name[] = [
  ...ACCOUNT,
  ...(['loginBody', 'loginFormat', 'field', 'totpSecret', 'browser'] as const),
  ...(['changePassword', 'changePasswordUrl', 'currentPasswordField', 'newPasswordField'] as const),
  ...(['confirmPasswordField', 'recoveryFile'] as const),
  ...(['idleTimeout', 'absoluteTimeout', 'resume', 'resumePassphrase'] as const),
  ...(['secondUsername', 'secondPassword', 'puzzle', 'puzzleRequest'] as const),
  ...ACTION,
]

/** What of the file gives way when one of these was typed: it says the same in another way. */
const DISPLACED: readonly (readonly [typed: readonly Name[], displaced: readonly Name[]])[] = [
  [WAYS_IN, [...WAYS_IN, ...OF_LOGIN]],
  [['username'], [...WAYS_IN, ...ACCOUNT]],
  [
    ['password', 'passwordStdin'],
    ['password', 'passwordStdin'],
  ],
  [
    ['protectedUrl', 'protectedRequest'],
    ['protectedUrl', 'protectedRequest'],
  ],
  [
    ['logoutUrl', 'logoutRequest'],
    ['logoutUrl', 'logoutRequest'],
  ],
  [
    ['logoutEverywhere', 'logoutEverywhereUrl', 'logoutEverywhereRequest'],
    ['logoutEverywhere', 'logoutEverywhereUrl', 'logoutEverywhereRequest'],
  ],
  [['action'], ACTION],
]

/** The flags of the file that stay beside what was typed; those that were typed win. */
export function besideTyped(file: Partial<AuditFlags>, typed: Partial<AuditFlags>): Partial<AuditFlags> {
  const isTyped = (name: Name) => typed[name] !== undefined
  const gone = DISPLACED.flatMap(([when, displaced]) => (when.some(isTyped) ? displaced : []))
  const kept = Object.entries(file).filter(([name]) => !gone.includes(name as Name) && !isTyped(name as Name))
  return Object.fromEntries(kept)
}
