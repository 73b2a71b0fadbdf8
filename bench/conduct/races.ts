import type { Browser } from './browser.ts'

/** A site, its twin with the same secrets and another store, and browsers that visit them. */
export interface Scene {
  visitor(): Browser
  /** A visitor of the twin: what it is given is well formed, and validly signed where the library signs. */
  visitorElsewhere(): Browser
  /** The browser's cookies, brought to the first site. */
  bring(browser: Browser): Browser
}

/** One way in which a session can go wrong. */
export interface Race {
  readonly id: string
  readonly title: string
  /** @returns true when it went wrong; throws when a step before the race failed, so that nothing was measured */
  happens(scene: Scene): Promise<boolean>
}

export const races: readonly Race[] = [
  {
    id: 'late-write-revives',
    title: 'logged-out session alive again after a late write',
    happens: (scene) => revivedBy('/write', scene),
  },
  {
    id: 'late-read-revives',
    title: 'logged-out session alive again after a late read',
    happens: (scene) => revivedBy('/read', scene),
  },
  {
    id: 'browser-back-in',
    title: 'logged-out browser signed in again by a late answer',
    async happens(scene) {
      const browser = await signIn(scene)
      const late = await browser.hold('/write')
      await browser.must('/logout')
      await late.finish()
      return isSignedIn(browser)
    },
  },
  {
    id: 'copied-cookie',
    title: 'copied cookie alive after logout',
    async happens(scene) {
      const browser = await signIn(scene)
      const copy = browser.copy()
      await browser.must('/logout')
      return isSignedIn(copy)
    },
  },
  {
    id: 'lost-update',
    title: 'lost update (two requests, different keys)',
    async happens(scene) {
      const browser = await signIn(scene)
      const late = await browser.hold('/write')
      await browser.must('/write-other')
      await late.finish()
      const { values } = await browser.must('/state')
      return ['first', 'last', 'other'].some((key) => values[key] !== 'written')
    },
  },
  {
    id: 'lost-increment',
    title: 'lost increment (two requests, one key)',
    async happens(scene) {
      const browser = await signIn(scene)
      const late = await browser.hold('/increment')
      await browser.must('/increment')
      await late.finish()
      return (await browser.must('/state')).values.count !== 2
    },
  },
  {
    id: 'old-id-alive',
    title: 'old ID alive after rotation',
    async happens(scene) {
      const browser = await signIn(scene)
      const old = browser.copy()
      await rotate(browser)
      return isSignedIn(old)
    },
  },
  {
    id: 'old-id-after-write',
    title: 'old ID alive again after rotation and a late write',
    happens: (scene) => oldIdRevivedBy('/write', scene),
  },
  {
    id: 'old-id-after-read',
    title: 'old ID alive again after rotation and a late read',
    happens: (scene) => oldIdRevivedBy('/read', scene),
  },
  {
    id: 'old-cookie-back',
    title: 'late answer puts the old cookie back into the browser',
    async happens(scene) {
      const browser = await signIn(scene)
      const old = await browser.identity()
      const late = await browser.hold('/write')
      await rotate(browser)
      await late.finish()
      return (await browser.identity()) === old
    },
  },
  {
    id: 'write-lost-in-rotation',
    title: 'write in flight during a rotation is lost',
    async happens(scene) {
      const browser = await signIn(scene)
      const late = await browser.hold('/write')
      const rotated = await rotate(browser)
      const { status } = await late.finish()
      const { values } = await rotated.must('/state')
      return status < 300 && values.last !== 'written'
    },
  },
  {
    id: 'visitor-id-alive',
    title: 'ID from before the login alive after it',
    async happens(scene) {
      const browser = scene.visitor()
      await browser.must('/write')
      if (!browser.hasCookie) throw new Error('The visitor was given no cookie.')
      const before = browser.copy()
      await browser.must('/login')
      return isSignedIn(before)
    },
  },
  {
    id: 'dead-id-adopted',
    title: 'dead ID adopted by the next login',
    async happens(scene) {
      const browser = await signIn(scene)
      const dead = browser.copy()
      await browser.must('/logout')
      await dead.copy().must('/login')
      return isSignedIn(dead)
    },
  },
  {
    id: 'unknown-id-adopted',
    title: 'unknown ID adopted',
    async happens(scene) {
      const elsewhere = scene.visitorElsewhere()
      await elsewhere.must('/write')
      const planted = scene.bring(elsewhere)
      await planted.copy().must('/write')
      const kept = (await planted.copy().must('/state')).values.first === 'written'
      await planted.copy().must('/login')
      return kept || isSignedIn(planted)
    },
  },
]

async function revivedBy(late: '/write' | '/read', scene: Scene): Promise<boolean> {
  const browser = await signIn(scene)
  const copy = browser.copy()
  const request = await browser.hold(late)
  await browser.must('/logout')
  await request.finish()
  return isSignedIn(copy)
}

async function oldIdRevivedBy(late: '/write' | '/read', scene: Scene): Promise<boolean> {
  const browser = await signIn(scene)
  const old = browser.copy()
  const request = await browser.hold(late)
  await rotate(browser)
  await request.finish()
  return isSignedIn(old)
}

async function signIn(scene: Scene): Promise<Browser> {
  const browser = scene.visitor()
  await browser.must('/login')
  if (!(await isSignedIn(browser))) throw new Error('The sign-in did not hold.')
  return browser
}

/** Rotates, and gives a copy that holds the new cookies whatever late answers bring. */
async function rotate(browser: Browser): Promise<Browser> {
  const old = await browser.identity()
  await browser.must('/rotate')
  if ((await browser.identity()) === old) throw new Error('The rotation brought no new cookie.')
  const rotated = browser.copy()
  if (!(await isSignedIn(rotated.copy()))) throw new Error('The rotation signed the user out.')
  return rotated
}

async function isSignedIn(browser: Browser): Promise<boolean> {
  return (await browser.must('/state')).user !== null
}
