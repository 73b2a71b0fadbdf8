#!/usr/bin/env bash
# An answer of Fastify that clears the session's cookie with @fastify/cookie still carries it: @fastify/session adds it again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund fastify@5.12.8 @fastify/cookie@11.1.5 @fastify/session@11.1.3 >install.log || { cat install.log; exit 1; }

cat >finding.mjs <<'FINDING'
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import fastify from 'fastify'

async function setCookies(options) {
  const app = fastify()
  await app.register(cookie)
  await app.register(session, { secret: 'a'.repeat(32), cookie: { secure: false }, ...options })
  app.get('/in', async (request) => {
    request.session.user = 'ada'
    return 'in'
  })
  app.get('/out', async (_request, reply) => {
    reply.clearCookie('sessionId', { path: '/' })
    return 'out'
  })
  const signedIn = await app.inject({ url: '/in' })
  const [{ name, value }] = signedIn.cookies
  const out = await app.inject({ url: '/out', cookies: { [name]: value } })
  await app.close()
  return out.cookies.map((each) => `${each.name}: ${each.value === '' ? 'cleared' : each.value === value ? 'the same session' : 'another session'}`)
}

const byItself = await setCookies({})
const notRolling = await setCookies({ rolling: false })
console.log('Set-Cookie of an answer that clears the cookie, in order:')
console.log('  as the plugin comes (rolling):', byItself.join(', '))
console.log('  with rolling: false:          ', notRolling.join(', '))
console.log('A browser keeps what comes last of one name.')
const expected = 'sessionId: cleared, sessionId: the same session | sessionId: cleared'
if (`${byItself.join(', ')} | ${notRolling.join(', ')}` !== expected) {
  console.error(`This has changed. Before it was: ${expected}`)
  process.exitCode = 1
}
FINDING
npm ls --depth 0 | tail -n +2
node finding.mjs
