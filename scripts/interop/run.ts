// npm run tokens:interop [-- NAME...]: our tokens and our key set, read by the verifiers of others. Prints the table, and says
// what could not be had. Ends with 1 where one refuses a token that it should read, or takes one that is not good.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSessions, memoryStore } from 'latchkey'
import { testBrowser } from 'latchkey/testing'
import { newKeys, tokens } from 'latchkey/tokens'
import { columns } from '../../bench/speed/table.ts'
import { type Case, type CaseName, pemsOf, withOtherClaims, withWrongSignature } from './case.ts'
import { inFolder, type Verifier, verifiers, versionOf } from './verifiers.ts'

const issuer = 'https://id.example'
const audience = 'https://api.example'
const subject = 'alice'
const good = [
  'EdDSA, at+jwt',
  'ES256, at+jwt',
  'RS256, at+jwt',
  'ES256, JWT',
] as const satisfies readonly CaseName[]

/** Tokens of a session, one for each form, and beside them what nobody may take. */
async function makeCase(): Promise<Case> {
  const keys = await newKeys({ algorithms: ['EdDSA', 'ES256', 'RS256'] })
  const issued = async (forms: Readonly<Record<string, object>>, from = issuer, now = Date.now) => {
    const issues = tokens({ issuer: from, keys, audiences: forms, now })
    const sessions = createSessions({
      store: memoryStore(),
      tokens: issues,
      sweepInterval: false,
      now,
    })
    const { session } = await testBrowser().visit(sessions)
    await session.login(subject)
    const made = Object.keys(forms).map(async (name) => [
      name,
      (await session.accessToken({ audience: name, clientId: 'interop' })).token,
    ])
    const texts: Record<string, string> = Object.fromEntries(await Promise.all(made))
    const { keys: published } = await issues.publicJwks()
    await sessions.close()
    return { texts, published }
  }
  const one = async (options: object, from?: string, now?: () => number, name = audience) =>
    (await issued({ [name]: options }, from, now)).texts[name] ?? ''
  const forms: Readonly<Record<CaseName, object>> = {
    'EdDSA, at+jwt': { alg: 'EdDSA' },
    'ES256, at+jwt': { alg: 'ES256' },
    'RS256, at+jwt': { alg: 'RS256' },
    'ES256, JWT': { alg: 'ES256', typ: 'JWT' },
  }
  const texts: Record<string, string> = {}
  for (const name of good) texts[name] = await one(forms[name])
  for (const alg of ['EdDSA', 'ES256', 'RS256'] as const) {
    const form = { alg, typ: 'JWT' } as const
    const token = await one(form)
    texts[`${alg}, another signature`] = withWrongSignature(token)
    texts[`${alg}, other claims`] = withOtherClaims(token)
    texts[`${alg}, another audience`] = await one(form, issuer, Date.now, 'https://other.example')
    texts[`${alg}, another issuer`] = await one(form, 'https://other.example')
    // Beyond every tolerance that any of them has.
    texts[`${alg}, expired`] = await one(form, issuer, () => Date.now() - 3_600_000)
  }
  const { published } = await issued(forms)
  const jwks = { keys: published } as Case['jwks']
  return { issuer, audience, subject, jwks, pem: pemsOf(jwks.keys), tokens: texts }
}

interface Row {
  readonly cells: readonly string[]
  readonly wrong: readonly string[]
}

async function rowOf(
  verifier: Verifier,
  version: string,
  folder: string,
  file: string,
  given: Case,
): Promise<Row> {
  const answers = await verifier.ask(folder, file, given)
  const wrong: string[] = []
  const cells = good.map((name) => {
    const answer = answers[name] ?? 'no answer'
    const why = verifier.refuses[name]
    const isRead = answer === given.subject
    if (isRead === (why !== undefined))
      wrong.push(`${verifier.name}, ${name}: ${isRead ? 'is read by now' : answer}`)
    return isRead ? 'read' : (why ?? answer)
  })
  const bad = Object.keys(given.tokens).filter((name) => !good.some((one) => one === name))
  const taken = bad.filter((name) => !String(answers[name]).startsWith('no: '))
  wrong.push(...taken.map((name) => `${verifier.name} takes: ${name} (${answers[name]})`))
  return {
    cells: [
      verifier.name,
      verifier.language,
      version,
      ...cells,
      `${bad.length - taken.length} of ${bad.length}`,
    ],
    wrong,
  }
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !verifiers.some((verifier) => verifier.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}. Write some of: ${verifiers.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}

const given = await makeCase()
const rows: Row[] = []
const missing: string[] = []
for (const verifier of verifiers.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const version = versionOf(verifier)
  if (version === null) {
    missing.push(`${verifier.name}: not had here. apt-get install ${verifier.packages.join(' ')}`)
    continue
  }
  const row = await inFolder(async (folder) => {
    const file = join(folder, 'case.json')
    writeFileSync(file, JSON.stringify(given))
    return rowOf(verifier, version, folder, file, given)
  })
  rows.push(row)
}
console.log(
  columns([
    ['verifier', 'in', 'version', ...good, 'bad ones refused'],
    ...rows.map(({ cells }) => [...cells]),
  ]),
)
for (const line of missing) console.log(line)
const wrong = rows.flatMap((row) => row.wrong)
for (const line of wrong) console.error(`WRONG ${line}`)
process.exitCode = wrong.length > 0 ? 1 : 0
