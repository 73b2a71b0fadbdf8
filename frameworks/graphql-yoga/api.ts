import * as yoga from 'graphql-yoga'
import { createSessions, memoryStore, type Session } from 'latchkey'
import { yogaMaskError } from 'latchkey/graphql-yoga'
import { authenticate } from './accounts.ts'

interface Data {
  note: string
  role: 'user' | 'admin'
}

export const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-graphql-yoga-example' }, // this application's own: cookies know no port
})

export interface Context {
  readonly session: Session<Data>
}

const schema = yoga.createSchema<Context>({
  typeDefs: /* GraphQL */ `
    type Account { userId: ID!, role: String!, note: String! }
    type Query { account: Account! }
    type Mutation {
      login(username: String!, password: String!): Boolean!
      keepNote(note: String!): Account!
      becomeAdmin: Account!
      logout: Boolean!
    }
  `,
  resolvers: {
    Query: { account: (_parent, _args, { session }) => accountOf(session) },
    Mutation: {
      async login(_parent, { username, password }, { session }) {
        const userId = await authenticate(username, password)
        if (userId) await session.login(userId)
        return userId !== null
      },
      async keepNote(_parent, { note }, { session }) {
        session.requireUser()
        await session.set('note', note)
        return accountOf(session)
      },
      async becomeAdmin(_parent, _args, { session }) {
        session.requireUser()
        await session.set('role', 'admin')
        await session.regenerate() // other privileges, another token
        return accountOf(session)
      },
      async logout(_parent, _args, { session }) {
        await session.logout()
        return true
      },
    },
  },
})

const accountOf = (session: Session<Data>) => ({
  userId: session.requireUser(),
  role: session.get('role') ?? 'user',
  note: session.get('note') ?? '',
})

export const api = yoga.createYoga<Context>({
  schema,
  logging: 'warn',
  maskedErrors: { maskError: yogaMaskError(sessions, yoga) },
})
