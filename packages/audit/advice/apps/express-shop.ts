import type { Express, Request, Response } from 'express'
import type { Answer, Shop, Visit } from './shop.ts'

/** The site's pages on Express, behind whatever the application has already. */
export function mount(
  app: Express,
  shop: Shop,
  {
    isFollowed,
    isSignedIn,
    visitOf,
  }: {
    readonly isFollowed: boolean
    isSignedIn(request: Request): boolean
    visitOf(request: Request, response: Response): Omit<Visit, 'body'>
  },
): void {
  app.use((request, response, next) => {
    if (!shop.isProtected(request.path)) return next()
    if (!isSignedIn(request)) return response.redirect(303, '/login')
    if (isFollowed) response.set('Cache-Control', 'no-store')
    next()
  })
  app.use(async (request, response) => {
    // The visit's values are those of the moment, so that it must not be copied.
    const visit = Object.assign(visitOf(request, response), { body: request.body ?? {} })
    send(response, await shop.answer(`${request.method} ${request.path}`, visit))
  })
}

function send(response: Response, answer: Answer): void {
  if ('to' in answer) response.redirect(303, answer.to)
  else response.status(answer.status ?? 200).send('page' in answer ? answer.page : '')
}
