/** A session of WebDriver (https://www.w3.org/TR/webdriver2): one HTTP request for each command. */
export interface WebDriver {
  /** @param path after the session's own, such as `/url` */
  send<Value>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Value>
}

export async function startWebDriver(driver: string, capabilities: unknown): Promise<WebDriver> {
  const { sessionId } = await ask<{ sessionId: string }>('POST', `${driver}/session`, {
    capabilities: { alwaysMatch: capabilities },
  })
  return { send: (method, path, body) => ask(method, `${driver}/session/${sessionId}${path}`, body) }
}

interface WebDriverError {
  readonly error: string
  readonly message: string
}

// A script whose page went away may never be answered; who waits for a condition asks again.
const patience = 20_000

async function ask<Value>(method: string, address: string, body?: unknown): Promise<Value> {
  const content = method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}
  const signal = AbortSignal.timeout(patience)
  const answer = await fetch(address, { method, signal, ...content }).catch((error: Error) => {
    throw new Error(`${method} ${new URL(address).pathname}: ${error.message}`)
  })
  const { value } = (await answer.json()) as { value: Value | WebDriverError }
  if (answer.ok) return value as Value
  const { error, message } = value as WebDriverError
  throw new Error(`${error}: ${message}`)
}
