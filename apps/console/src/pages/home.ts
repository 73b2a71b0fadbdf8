import { Hono } from 'hono'
import { html } from 'hono/html'
import type { ConsoleEnv, Services } from '../context.ts'
import type { Html } from '../html.ts'
import { announced, send } from '../layout.ts'
import { auditFormView } from './audit-form.ts'
import { auditList } from './audits.ts'
import { formFor } from './new-audit.ts'

const shownOnHome = 5
const notices: Readonly<Record<string, string>> = {
  deleted: 'The report is deleted.',
  'account-deleted': 'Your account is deleted, with its reports and sessions.',
}

/** What the console is, and the form: passive for visitors, with sign-in details for users. */
export function homePages(services: Services): Hono<ConsoleEnv> {
  const { audits, now } = services
  const pages = new Hono<ConsoleEnv>()

  pages.get('/', async (c) => {
    const { userId } = c.var.session
    const deleted = announced('info', notices[c.req.query('notice') ?? ''] ?? null)
    if (userId === null) return send(c, { title: 'Sessions you can prove', body: visitorHome(deleted) })
    const recent = (await audits.list(userId)).slice(0, shownOnHome)
    return send(c, {
      title: 'Audit a site',
      narrow: true,
      body: html`<h1>Audit a site</h1>
<p class="lead">Latchkey visits the site as a browser would and proves, or refutes, how it keeps its sessions.</p>
${formFor(c, services)}
${recent.length === 0 ? '' : html`<h2>Recent audits</h2>${auditList(recent, now())}<p class="aside"><a href="/audits">All of them</a></p>`}`,
    })
  })

  return pages
}

function visitorHome(deleted: Html | null): Html {
  return html`${deleted}<div class="hero">
<div class="pitch"><h1>Sessions you can prove.</h1>
<p class="lead">Give Latchkey the address of a site. It behaves like a browser, signs in if you let it, plays copied cookies back, and shows what the site really does with its sessions: proof, not guesses from headers.</p>
${auditFormView({ csrf: '', offered: null })}
<p class="aside">Free, without an account there, in a few seconds: at most 15 requests, nothing posted. It proves which cookie is a visitor's session, and judges that one. <a href="/sign-in">Sign in</a> to audit what lies behind a sign-in, and to keep the reports.</p></div>
${example}
</div>
<section class="columns" aria-label="What an audit asks">
<div><h2>Is the session carried safely?</h2><p>Which cookies really carry it is found out by leaving each one away. Only those are judged: attributes, scope, lifetime, length.</p></div>
<div><h2>Does signing in protect it?</h2><p>A session ID from before the sign-in must be worth nothing after it, and an ID nobody issued must never be adopted.</p></div>
<div><h2>Does signing out end it?</h2><p>The cookie is copied, the user signs out, the copy is played back. If it still opens the account, the sign-out did not happen.</p></div>
</section>`
}

const example = html`<figure class="example" aria-label="Part of an example report">
<figcaption>From a report</figcaption>
<ol>
<li class="bad"><span class="mark" aria-hidden="true"></span><div><b>logout</b><p>The session cookie, replayed in a clean client after the sign-out, was still signed in.</p></div></li>
<li class="good"><span class="mark" aria-hidden="true"></span><div><b>fixation</b><p>The ID from before the sign-in was worth nothing after it.</p></div></li>
<li class="good"><span class="mark" aria-hidden="true"></span><div><b>cookie-httponly</b><p>No script can read the cookie that carries the session.</p></div></li>
<li class="open"><span class="mark" aria-hidden="true"></span><div><b>strict-ids</b><p>Inconclusive: a control did not hold, so this is not called a pass.</p></div></li>
</ol>
</figure>`
