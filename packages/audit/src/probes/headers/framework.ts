import type { FrameworkEvidence } from '../../evidence/evidence.ts'
import type { SeenCookie } from '../../network/cookies/set-cookie.ts'
import type { Answer } from '../../network/http.ts'
import { decode } from '../../network/redaction/secrets.ts'

interface Known {
  readonly framework: string
  readonly name: RegExp
  /** Where the name alone is too common: what the value must look like. */
  readonly value?: RegExp
}

/** Default cookie names of session frameworks, from their documentation. */
const KNOWN: readonly Known[] = [
  { framework: 'latchkey', name: /^__Host-session$/, value: /^[\w-]{64}$/ },
  { framework: 'php', name: /^PHPSESSID$/ },
  { framework: 'java-servlet', name: /^JSESSIONID$/ },
  { framework: 'spring-session', name: /^SESSION$/, value: /^[\w+/=-]{32,}$/ },
  { framework: 'express-session', name: /^connect\.sid$/ },
  { framework: 'koa-session', name: /^koa[.:]sess(?:\.sig)?$/ },
  { framework: 'fastify-session', name: /^sessionId$/, value: /^[\w-]{20,}\.[\w+/=-]{20,}$/ },
  { framework: 'cookie-session', name: /^(?:express:sess|session)\.sig$/ },
  { framework: 'cookie-session', name: /^express:sess$/ },
  { framework: 'aspnet', name: /^ASP\.NET_SessionId$|^\.ASPXAUTH$/ },
  { framework: 'aspnet-core', name: /^\.AspNetCore\.(?:Session|Cookies|Identity\.Application)/ },
  { framework: 'laravel', name: /^laravel[_-]session$/ },
  { framework: 'django', name: /^sessionid$/ },
  { framework: 'rails', name: /^_[a-z0-9_]+_session$/ },
  { framework: 'rack', name: /^rack\.session$/ },
  { framework: 'coldfusion', name: /^CF(?:ID|TOKEN)$/ },
  { framework: 'codeigniter', name: /^ci_session$/ },
  { framework: 'cakephp', name: /^CAKEPHP$/ },
  { framework: 'symfony', name: /^(?:SFSESSID|symfony)$/ },
  { framework: 'iron-session', name: /./, value: /^Fe26\.2\*/ },
  { framework: 'better-auth', name: /^(?:__Secure-)?better-auth\.session_token$/ },
  { framework: 'auth.js', name: /^(?:__Secure-|__Host-)?(?:next-auth|authjs)\.session-token/ },
  { framework: 'wordpress', name: /^wordpress_(?:logged_in|sec)_/ },
  { framework: 'drupal', name: /^S?SESS[0-9a-f]{32}$/ },
  { framework: 'phoenix', name: /^_[a-z0-9_]+_key$/ },
  { framework: 'flask', name: /^session$/, value: /^\.?[\w-]+\.[\w-]{6}\.[\w-]{27}$/ },
  { framework: 'play', name: /^PLAY_SESSION$/ },
  { framework: 'gorilla', name: /^(?:gorilla\.session|mysession)$/ },
  { framework: 'yii', name: /^(?:_identity|advanced-frontend)$/ },
]

const TELLING_HEADERS =
  /^(?:server|x-powered-by|x-aspnet-version|x-aspnetmvc-version|x-generator|x-drupal-cache|x-runtime)$/

/** The framework a site shows itself to be, and which of its cookies have a default name. */
export function probeFramework(
  answers: readonly Answer[],
  carriers: readonly string[] | null,
): FrameworkEvidence {
  const cookies = answers.flatMap((answer) => answer.cookies).filter(({ deletion }) => !deletion)
  const found = new Map<string, string>()
  for (const cookie of cookies) {
    const framework = recognise(cookie)
    if (framework !== null) found.set(cookie.name, framework)
  }
  const headers = new Set<string>()
  for (const answer of answers) {
    for (const [name, value] of Object.entries(answer.headers)) {
      if (TELLING_HEADERS.test(name)) headers.add(`${name}: ${value.slice(0, 120)}`)
    }
  }
  const carrying = [...found].filter(([name]) => carriers?.includes(name))
  const name = carrying[0]?.[1] ?? [...found.values()][0] ?? fromHeaders([...headers])
  const defaultNames = [...found]
    .filter(([, framework]) => framework !== 'iron-session' && framework !== 'latchkey')
    .map(([cookie, framework]) => ({ cookie, framework }))
  return { name, defaultNames, headers: [...headers] }
}

function recognise({ name, value }: SeenCookie): string | null {
  const plain = decode(value)
  return KNOWN.find((known) => known.name.test(name) && (known.value?.test(plain) ?? true))?.framework ?? null
}

function fromHeaders(headers: readonly string[]): string | null {
  const all = headers.join('\n').toLowerCase()
  const known: readonly (readonly [string, string])[] = [
    ['x-powered-by: express', 'express'],
    ['x-powered-by: php', 'php'],
    ['x-powered-by: next.js', 'next.js'],
    ['x-powered-by: asp.net', 'aspnet'],
    ['werkzeug', 'flask'],
    ['gunicorn', 'python'],
    ['wsgiserver', 'django'],
    ['phusion passenger', 'rails'],
  ]
  return known.find(([text]) => all.includes(text))?.[1] ?? null
}
