import { inspectLogin, type LoginInspection } from '../../gathering/gather.ts'
import type { Tried } from '../../gathering/tried.ts'
import { auditOptionsFor } from '../asked/audit-options.ts'
import type { TargetInput } from '../asked/input.ts'
import { siteProperties } from '../asked/target-schema.ts'
import { quoted, UNTRUSTED } from '../quoted.ts'
import type { Tool } from '../tool.ts'
import { errorShown } from '../tool-error.ts'

/** The last ones of these are what a failed sign-in is understood by. */
const MOST_TRIED = 20

/** Signs in, and says what was made of it. */
export const checkLogin: Tool<TargetInput> = {
  name: 'check_login',
  title: 'Try to sign in',
  description:
    'Signs in as an audit would and tells what was recognised: the form or endpoint, its fields, how signed-in is told from not, which cookies carry the session. A few requests and logins. Use it before audit, and when audit says sign_in_failed or login_not_found: `tried` has what was asked on the way.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  inputSchema: (grants) => ({
    type: 'object',
    properties: siteProperties(grants),
    required: ['url'],
    additionalProperties: false,
  }),
  output: {
    type: 'object',
    properties: {
      untrusted: { type: 'string' },
      signIn: { type: 'object' },
      toldApartBy: { type: 'string' },
      protectedPage: { type: 'string' },
      cookies: { type: 'array', items: { type: 'string' } },
      carriers: { type: 'array', description: 'Sets of cookies, each enough to be signed in.' },
      tried: {
        type: 'array',
        items: { type: 'object' },
        description: 'Requests on the way, in their order.',
      },
    },
    required: ['untrusted', 'tried'],
  },
  async call(input, { grants, turn, secrets, signal, onProgress }) {
    const options = await auditOptionsFor(input, grants, secrets)
    let tried: readonly Tried[] = []
    const inspecting = turn.take('check_login', () =>
      inspectLogin({ ...options, signal, onProgress }, {}, (all) => {
        tried = all
      }),
    )
    const found = await inspecting.catch((error: unknown) => ({ error }))
    const way = tried.slice(-MOST_TRIED).map(triedShown)
    if ('error' in found) {
      // Without them an error is as any other tool's.
      if (way.length === 0) throw found.error
      return { error: errorShown(found.error), untrusted: UNTRUSTED, tried: way }
    }
    return { untrusted: UNTRUSTED, ...loginShown(found), tried: way }
  },
}

function loginShown({ signIn, oracle, carrier }: LoginInspection) {
  const { method, loginUrl, action, usernameField, passwordField, otherFields, confirmed } = signIn
  const fields = [usernameField, passwordField, ...otherFields].filter((name) => name !== null)
  return {
    signIn: {
      method,
      page: loginUrl === null ? null : quoted(loginUrl),
      sentTo: action === null ? null : quoted(action),
      fields: fields.map((name) => quoted(name)),
      ...(confirmed === undefined ? {} : { confirmed: confirmed.map((each) => quoted(each)) }),
    },
    toldApartBy: quoted(oracle.describes),
    protectedPage: quoted(oracle.protectedUrl),
    cookies: carrier.candidates.map((name) => quoted(name)),
    carriers: carrier.sets.map((names) => names.map((name) => quoted(name))),
  }
}

function triedShown({ method, url, status, saw }: Tried) {
  return { method, url: quoted(url), status, saw: quoted(saw, 200) }
}
