// What the races ask is answered by the bench, which hands a function over with each request.
export const GET = ({ locals, url, session }) => locals.answer(url.pathname + url.search, session)
