import type { ServerResponse } from 'node:http'

/** 401 without a user: the client takes that for an error, so nobody is measured signed out. */
export function answer(response: ServerResponse, user: string | null): void {
  if (user === null) response.statusCode = 401
  answerJson(response, { user })
}

export function answerJson(response: ServerResponse, value: object): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(value))
}
