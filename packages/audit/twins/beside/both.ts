import { gather } from '../../src/gathering/gather.ts'
import { judge } from '../../src/judging/judge.ts'
import { ACCOUNT } from '../serve/account.ts'
import { CHECKS, type CheckId, type Running, type Twin } from '../twin.ts'
import { checkOf } from './claims.ts'
import { scan } from './wapiti.ts'

/** What one scanner took and said of one site. */
export interface Turn {
  readonly failed: readonly CheckId[]
  readonly milliseconds: number
  /** As the site counted them; null where it runs in a process of its own and counts none. */
  readonly requests: number | null
}

export interface Both {
  readonly twin: Twin
  readonly ours: Turn
  readonly theirs: Turn & {
    readonly noise: number
    readonly signedIn: boolean
    readonly failure: string | null
  }
}

/** Audits a site, then starts it anew and has wapiti scan it, with what the audit found out of its login. */
export async function tryBoth(twin: Twin, proxy: string): Promise<Both> {
  const { turn: ours, known } = await anew(twin, async (running) => {
    const { url, clock } = running
    const started = performance.now()
    const file = await gather({ url, ...twin.options(url) }, clock ?? {})
    const { checks, carriers } = judge(file, { finishedAt: new Date().toISOString() })
    const failed = checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)
    return {
      turn: {
        failed: CHECKS.filter((check) => failed.includes(check)),
        milliseconds: performance.now() - started,
        requests: running.requests?.() ?? null,
      },
      known: { ...loginOf(file.evidence, url), carriers: carriers.flatMap(({ names }) => names) },
    }
  })
  const theirs = await anew(twin, async (running) => {
    const { url } = running
    const at = (path: string | null) => (path === null ? null : new URL(path, url).href)
    const { login, inside } = known
    const done = await scan({ url, login: at(login), inside: at(inside), account: ACCOUNT, proxy })
    const named = done.claims.map((claim) => checkOf(claim, known))
    return {
      failed: CHECKS.filter((check) => named.includes(check)),
      milliseconds: done.milliseconds,
      requests: running.requests?.() ?? null,
      noise: named.filter((one) => one === 'noise').length,
      signedIn: done.signedIn,
      failure: done.failed,
    }
  })
  return { twin, ours, theirs }
}

async function anew<T>(twin: Twin, use: (running: Running) => Promise<T>): Promise<T> {
  const running = await twin.start()
  try {
    return await use(running)
  } finally {
    await running.close()
  }
}

/** Paths alone: the site has another port when it is started anew. */
function loginOf({ signIn, oracle }: Awaited<ReturnType<typeof gather>>['evidence'], url: string) {
  const path = (address: string | null) => (address === null ? null : new URL(address, url).pathname)
  const form = signIn.status === 'gathered' && signIn.value.method === 'form' ? signIn.value : null
  return {
    login: path(form?.loginUrl ?? null),
    loginPath: path(form?.action ?? null),
    inside: oracle.status === 'gathered' ? path(oracle.value.protectedUrl) : null,
  }
}
