// Runs beside each page's own load function. SvelteKit keeps what it gave until something that it reads changes: with
// the path it is asked at every navigation, so that a tab learns what happened in another.
export const load = ({ locals, url }) => ({ userId: locals.session.userId, path: url.pathname })
