import { createCsrfMiddleware, createMiddleware, createStart } from '@tanstack/react-start'
import { session } from './server/session'

const request = createMiddleware().server(({ request, next }) =>
  session.request(request, (context) => next({ context })),
)
const fn = createMiddleware({ type: 'function' }).server(session.fn)
const csrf = createCsrfMiddleware({ filter: ({ handlerType }) => handlerType === 'serverFn' })

export const startInstance = createStart(() => ({
  requestMiddleware: [request, csrf],
  functionMiddleware: [fn],
}))
