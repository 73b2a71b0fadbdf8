import { z } from 'zod'
import { severities } from '../judging/severity.ts'
import { LOGIN_FORMATS } from '../options/login-body.ts'
import { renderers } from '../report/index.ts'
import { expectSchema } from './expect-schema.ts'
import { count, duration, flag, must, secret, text } from './fields.ts'

const quoted = (words: readonly string[]) => words.map((word) => JSON.stringify(word)).join(', ')
const oneOf = <const T extends readonly string[]>(...words: T) =>
  z.enum(words, must(`one of ${quoted(words)}`))

const formats = oneOf(...(Object.keys(renderers) as (keyof typeof renderers)[]))

const fields = z.record(
  z.string(),
  z.union([z.string(), z.null()], must('text, or null to leave the field out')),
  must('an object of names and texts'),
)

const action = z.strictObject(
  {
    method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE').optional(),
    url: text(),
    format: oneOf('form', 'json').optional(),
    change: fields,
    undo: fields,
    readUrl: text(),
    find: text().describe('field:NAME, json:a.b, or match:PATTERN with a group'),
    formUrl: text().optional(),
  },
  must('an object with url, change, undo, readUrl and find'),
)

const resume = z.strictObject(
  { file: text(), passphrase: secret().describe('where the passphrase is that it is encrypted with') },
  must('an object with file and passphrase'),
)

const samples = z
  .int(must('a whole number from 8 to 1000'))
  .min(8, must('a whole number from 8 to 1000'))
  .max(1000, must('a whole number from 8 to 1000'))

/** `latchkey.audit.json`: what the command line can say, but for what is said of one run alone. */
export const configSchema = z
  .strictObject(
    {
      $schema: z.string(must('the address of the schema')).describe('for editors'),
      url: z.url({ protocol: /^https?$/, ...must('an address such as "https://example.com/"') }),
      passive: flag().describe('do not sign in; judge what a visitor gets'),

      username: text(),
      password: secret().describe('where the password is'),
      loginUrl: text(),
      loginFormat: oneOf(...LOGIN_FORMATS),
      loginBody: text().describe('{{username}} and {{password}} are filled in; also env:NAME or file:PATH'),
      usernameField: text(),
      passwordField: text(),
      fields: z
        .record(z.string(), z.string(must('text')), must('an object of names and texts'))
        .describe('other fields of the login; also env:NAME or file:PATH'),
      totpSecret: secret().describe('where the secret of the one-time codes is'),
      loginOrigins: z.array(text(), must('a list of origins')),
      headers: z
        .record(z.string(), secret(), must('an object of names and where their values are'))
        .describe('headers of every request, as a gate in front wants them'),
      tokenHeader: text(),
      tokenScheme: text(),
      cookie: secret().describe('where the Cookie header of an existing session is'),
      loginFrom: text().describe('file with a recorded login or session'),
      loginCommand: text().describe('command that prints a fresh session'),
      browser: flag(),

      protectedUrl: text(),
      protectedRequest: text(),
      logoutUrl: text(),
      logoutRequest: text(),
      logoutEverywhere: flag().describe(
        'sign out everywhere by the button of a page; ends the account’s sessions elsewhere too',
      ),
      logoutEverywhereUrl: text(),
      logoutEverywhereRequest: text(),
      streams: z
        .array(text(), must('a list of addresses'))
        .describe('event streams and WebSockets of a user'),
      streamWait: count().describe('seconds that such a stream may be silent'),
      reauthUrl: text(),
      changePassword: flag(),
      changePasswordUrl: text(),
      currentPasswordField: text(),
      newPasswordField: text(),
      confirmPasswordField: text(),
      recoveryFile: text(),
      action: action.describe('one change that can be undone, to be tried as another site would'),

      idSamples: samples.describe('session IDs to collect as a visitor'),
      idleTimeout: duration().describe('a session that nobody uses must end after this time'),
      absoluteTimeout: duration().describe('and this long after its login'),
      resume: resume.describe('do not wait for those: keep the sessions, and go on when run again'),
      secondUsername: text().describe('another account, whose session must open nothing of the first one'),
      secondPassword: secret().describe('where its password is'),
      puzzle: flag().describe('send the forms beside the login that ask for a user name and no password'),
      puzzleRequests: z
        .array(text(), must('a list of requests'))
        .describe('what a visitor may send before a login, as "POST /forgot user={{username}}"'),
      insecure: flag(),
      maxRequests: count(),
      maxLogins: count(),
      timeout: count().describe('milliseconds one request may take'),
      timeLimit: count().describe('seconds the audit may take'),
      maxWait: z
        .int(must('a whole number of seconds, or 0'))
        .min(0, must('a whole number of seconds, or 0'))
        .describe('seconds to wait in all when the site says 429 or 503'),

      expect: expectSchema.describe('what the site is held to'),
      policy: text().describe('address or file of the policy that the application declares'),
      policyToken: secret().describe('where the token for that address is'),
      policyName: text().describe('which of its policies the account signs in under'),
      baseline: text().describe('file of known findings'),

      format: formats,
      output: text(),
      reports: z
        .partialRecord(formats, text(), must('an object of files by their formats'))
        .describe('more files, by their formats'),
      har: text().describe('file for what was sent, without secrets'),
      sourceFile: text().describe('SARIF: the file of the repository to show alerts at'),
      failOn: oneOf(...severities, 'none'),
      allowInconclusive: flag(),
      saveEvidence: text(),
      quiet: flag(),
    },
    must('an object'),
  )
  .partial()

export type Config = z.output<typeof configSchema>
