import { setTimeout as pause } from 'node:timers/promises'
import { Browser } from './browser.ts'
import type { Meter } from './meter.ts'
import type { Oracle } from './oracle.ts'
import { type Random, seeded } from './random.ts'
import type { Site } from './site.ts'
import { type Step, signIn, steps } from './steps.ts'

/** Tokens that a browser tries to have at a time. */
const STOCK = 5

export interface Load {
  readonly browsers: number
  /** How often each browser has to be refused before a fault is healed. */
  readonly refusals: number
  /** How often each browser has to be answered before a fault strikes, and where one causes no refusal. */
  readonly answers: number
  /** Milliseconds that a user thinks between requests. */
  readonly thinking: number
  readonly seed: number
}

export interface Traffic {
  readonly browsers: readonly Browser[]
  /** Lets each browser finish what it is doing. */
  stop(): Promise<void>
  /** Rejects when the harness itself fails; never fulfilled before `stop`. */
  readonly running: Promise<void>
}

export function startTraffic(site: Site, oracle: Oracle, meter: Meter, load: Load): Traffic {
  const browsers = Array.from({ length: load.browsers }, (_, index) => {
    return new Browser({ index, site, oracle, meter, random: seeded(load.seed + index) })
  })
  let isStopping = false
  const browse = async (browser: Browser): Promise<void> => {
    while (!isStopping) {
      await doSomething(browser)
      browser.sort()
      await pause(load.thinking * 2 * browser.random())
    }
  }
  const running = Promise.all(browsers.map(browse)).then(() => undefined)
  running.catch(() => undefined)
  return {
    browsers,
    running,
    async stop() {
      isStopping = true
      await running
    },
  }
}

async function doSomething(browser: Browser): Promise<void> {
  const ticket = browser.ticket()
  const isShort = browser.stock.length < STOCK
  if (!ticket || (isShort && browser.random() < 0.5)) return signIn(browser)
  await choose(browser.random).run(browser, ticket)
}

function choose(random: Random): Step {
  let rest = random() * steps.reduce((sum, { weight }) => sum + weight, 0)
  for (const step of steps) {
    rest -= step.weight
    if (rest < 0) return step
  }
  return steps[0] as Step
}
