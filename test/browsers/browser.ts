import { setTimeout as wait } from 'node:timers/promises'

/** What each engine must be able to do; everything else is written with it. */
export interface Driver {
  /** As typed into the address bar, or opened by a mail program: no page starts it. Fulfilled when it is loaded. */
  open(address: string): Promise<void>
  /** The Back button. */
  back(): Promise<void>
  /** The value of an expression in the page, awaited, as JSON can carry it. */
  evaluate(expression: string): Promise<unknown>
  /** A user's click on the middle of the first element that fits. */
  click(selector: string): Promise<void>
  /** PNG of the page. */
  screenshot(): Promise<Buffer>
  /** Ends the browser and all it started, and removes its profile. */
  close(): Promise<void>
}

export type Engine = 'Chromium' | 'Firefox' | 'WebKit'

// As long as servers get; browsers on a machine that does other things take seconds.
const patience = 20_000
const interval = 15

/** A real browser with an empty profile and one tab. */
export class Browser {
  readonly engine: Engine
  /** What sites are opened with: WebKit keeps no Secure cookie of http, also of loopback. */
  readonly scheme: 'http' | 'https'
  readonly #driver: Driver

  constructor(engine: Engine, driver: Driver) {
    this.engine = engine
    this.scheme = engine === 'WebKit' ? 'https' : 'http'
    this.#driver = driver
  }

  async open(address: string): Promise<void> {
    await this.#driver.open(address)
  }

  async back(): Promise<void> {
    await this.#driver.back()
  }

  async click(selector: string): Promise<void> {
    await this.#when(`there is ${selector}`, () =>
      this.#evaluate(`!!document.querySelector(${quoted(selector)})`),
    )
    await this.#driver.click(selector)
  }

  /** The value of an expression in the page, awaited, as JSON can carry it. */
  async evaluate<T>(expression: string): Promise<T> {
    return (await this.#driver.evaluate(expression)) as T
  }

  async fill(selector: string, value: string): Promise<void> {
    await this.#when(`there is ${selector}`, () =>
      this.#evaluate(
        `(field => !!field && (field.value = ${quoted(value)}, true))(document.querySelector(${quoted(selector)}))`,
      ),
    )
  }

  /** Fills a form's fields by their names, and clicks its button. */
  async submit(fields: Readonly<Record<string, string>>, button = 'button'): Promise<void> {
    for (const [name, value] of Object.entries(fields)) await this.fill(`[name="${name}"]`, value)
    await this.click(button)
  }

  async address(): Promise<string> {
    return this.evaluate<string>('location.href')
  }

  async text(): Promise<string> {
    return this.evaluate<string>(`document.body?.innerText ?? ''`)
  }

  /** Waits until the page shows this text, however many loads away it is. */
  async shows(text: string): Promise<void> {
    await this.holds(`(document.body?.innerText ?? '').includes(${quoted(text)})`)
  }

  /** Waits until an expression is true in the page, however many loads away that is. */
  async holds(expression: string): Promise<void> {
    await this.#when(expression, () => this.#evaluate(expression))
  }

  async screenshot(): Promise<Buffer> {
    return this.#driver.screenshot()
  }

  async close(): Promise<void> {
    await this.#driver.close()
  }

  /** Undefined where the page went away meanwhile. */
  async #evaluate(expression: string): Promise<unknown> {
    return this.#driver.evaluate(expression).catch(() => undefined)
  }

  async #when(what: string, isSo: () => Promise<unknown>): Promise<void> {
    const deadline = performance.now() + patience
    while ((await isSo()) !== true) {
      if (performance.now() > deadline) {
        const seen = await this.#evaluate(`location.href + ' ' + document.documentElement.innerText`)
        throw new Error(`${this.engine}: not within ${patience} ms: ${what}. It shows: ${seen}`)
      }
      await wait(interval)
    }
  }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
