import { BrowserJar, type Jar } from '../../network/cookies/jar.ts'
import { candidatePages } from './candidates.ts'
import { discriminate } from './discriminate.ts'
import { featuresOf } from './features.ts'
import type { OracleSearch } from './search.ts'

/** More than small servers keep sessions of one address (ZNC 1.8 keeps five). */
const VISITORS = 8
const MOST_PAGES = 3

/**
 * How many visitors it took to end a user's session, where a site keeps only so many of one address; null where they did
 * not. That it was the visitors is shown by what does not end the session: as many requests of one visitor alone.
 * @param search with a session that has just begun
 */
export async function evictedBy(search: OracleSearch): Promise<number | null> {
  const { http, jar, looks } = search
  const one = new BrowserJar()
  for (const url of candidatePages(search).slice(0, MOST_PAGES)) {
    const look = async (who: Jar) => {
      const phase = who === jar ? 'signed-in' : 'anonymous'
      const answer = await http.send({ ...search.asking, url, phase, jar: who })
      return { answer, features: featuresOf(answer, looks) }
    }
    const [mine, theirs] = [await look(jar), await look(one)]
    const rule = discriminate([mine.features], [theirs.features])
    if (rule === null) continue
    const state = async () => rule.judge((await look(jar)).features)
    for (let at = 0; at < VISITORS; at += 1) await look(one)
    if ((await state()) !== 'signed-in') return null
    const names = new Set(jar.credentials(url).map(({ name }) => name))
    for (let at = 0; at < VISITORS; at += 1) {
      const { cookies } = (await look(new BrowserJar())).answer
      if (!cookies.some(({ name, deletion }) => names.has(name) && !deletion)) return null
    }
    return (await state()) === 'anonymous' && (await state()) === 'anonymous' ? VISITORS : null
  }
  return null
}
