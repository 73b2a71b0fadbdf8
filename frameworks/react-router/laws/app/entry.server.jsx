import { renderToReadableStream } from 'react-dom/server'
import { ServerRouter } from 'react-router'
import { current } from './session.server.js'

export const handleError = (error, args) => current().handleError(error, args)

export default async function handleRequest(request, status, headers, context) {
  const body = await renderToReadableStream(<ServerRouter context={context} url={request.url} />)
  return new Response(body, { headers, status })
}
