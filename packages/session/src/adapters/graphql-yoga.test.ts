import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as yoga from 'graphql-yoga'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fetchSession } from './fetch.ts'
import { yogaMaskError } from './graphql-yoga.ts'

interface Context {
  session: Session
}

function application() {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const schema = yoga.createSchema<Context>({
    typeDefs: /* GraphQL */ `
      type Query { me: String!, confirmed: String!, crash: String! }
      type Mutation { login: Boolean!, note: Boolean! }
    `,
    resolvers: {
      Query: {
        me: (_parent, _args, { session }) => session.requireUser(),
        confirmed: (_parent, _args, { session }) => void session.requireFresh('1m'),
        crash: () => {
          throw new Error('a fault of the application')
        },
      },
      Mutation: {
        login: (_parent, _args, { session }) => session.login('alice').then(() => true),
        note: (_parent, _args, { session }) => session.set('note', 'tea').then(() => true),
      },
    },
  })
  const server = yoga.createYoga<Context>({
    schema,
    logging: false,
    maskedErrors: { maskError: yogaMaskError(sessions, yoga) },
  })
  const handle = fetchSession(sessions, (request, session) => server.fetch(request, { session }))
  let cookie = ''
  return async (query: string) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      cookie,
    }
    const body = JSON.stringify({ query })
    const answer = await handle(new Request('https://example.com/graphql', { method: 'POST', headers, body }))
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    const { data, errors } = await answer.json()
    return { answer, data, error: errors?.[0] }
  }
}

test('a resolver’s session is the request’s, and its cookie is in the answer', async () => {
  const ask = application()
  const login = await ask('mutation { note login }')
  assert.equal(login.answer.headers.getSetCookie().length, 1)
  assert.deepEqual((await ask('{ me }')).data, { me: 'alice' })
})

test('session errors have their status, text, code and challenge; others stay masked', async () => {
  const ask = application()
  const me = await ask('{ me }')
  assert.deepEqual(
    [me.answer.status, me.error.message, me.error.extensions.code, me.error.path],
    [401, 'Your session has ended. Sign in again.', 'session_ended', ['me']],
  )
  const { answer } = await ask('{ confirmed }')
  assert.match(answer.headers.get('www-authenticate') ?? '', /max_age="60"/)
  const crash = await ask('{ crash }')
  assert.match(crash.error.message, /Unexpected error/)
  assert.doesNotMatch(JSON.stringify(crash.error), /a fault/)
})
