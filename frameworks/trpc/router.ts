import { initTRPC, TRPCError } from '@trpc/server'
import { createSessions, memoryStore, type Session } from 'latchkey'
import { trpcSessionErrors } from 'latchkey/trpc'
import { z } from 'zod'
import { authenticate } from './accounts.ts'

interface Data {
  note: string
  role: 'user' | 'admin'
}

export const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-trpc-example' }, // this application's own: cookies know no port
})

export interface Context {
  readonly session: Session<Data>
}

const t = initTRPC.context<Context>().create()
const procedure = t.procedure.use(trpcSessionErrors(sessions, TRPCError))
const signedIn = procedure.use(({ ctx, next }) => next({ ctx: { userId: ctx.session.requireUser() } }))

export const router = t.router({
  login: procedure
    .input(z.object({ username: z.string(), password: z.string() }))
    .mutation(async ({ ctx, input }) => {
      const userId = await authenticate(input.username, input.password)
      if (!userId) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Wrong user name or password.' })
      await ctx.session.login(userId)
    }),
  account: signedIn.query(({ ctx: { session, userId } }) => ({
    userId,
    role: session.get('role') ?? 'user',
    note: session.get('note') ?? '',
  })),
  keepNote: signedIn.input(z.object({ note: z.string() })).mutation(async ({ ctx, input }) => {
    await ctx.session.set('note', input.note)
  }),
  becomeAdmin: signedIn.mutation(async ({ ctx: { session } }) => {
    await session.set('role', 'admin')
    await session.regenerate() // other privileges, another token
  }),
  logout: procedure.mutation(({ ctx }) => ctx.session.logout()),
})
export type Router = typeof router

/** The procedures as functions, for the pages. */
export const callerOf = t.createCallerFactory(router)
