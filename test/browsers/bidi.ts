/** A session of WebDriver BiDi (https://w3c.github.io/webdriver-bidi): commands with answers, over one WebSocket. */
export interface Bidi {
  send<Result>(method: string, params: unknown): Promise<Result>
}

interface Answer {
  readonly id?: number
  readonly type: 'success' | 'error' | 'event'
  readonly result?: unknown
  readonly error?: string
  readonly message?: string
}

// A script whose page went away may never be answered; who waits for a condition asks again.
const patience = 20_000

export async function connectBidi(address: string): Promise<Bidi> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, { resolve(result: never): void; reject(error: Error): void }>()
  let sent = 0
  socket.addEventListener('message', ({ data }) => {
    const { id, type, result, error, message }: Answer = JSON.parse(data)
    const command = id === undefined ? undefined : waiting.get(id)
    if (id === undefined || !command) return
    waiting.delete(id)
    if (type === 'success') command.resolve(result as never)
    else command.reject(new Error(`${error}: ${message}`))
  })
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('The browser has closed its connection.'))
    waiting.clear()
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error(`Nothing answers at ${address}.`)))
  })
  return {
    send: (method, params) =>
      new Promise((resolve, reject) => {
        const id = ++sent
        const timer = setTimeout(() => {
          waiting.delete(id)
          reject(new Error(`The browser did not answer ${method} within ${patience} ms.`))
        }, patience)
        const settle =
          <Value>(done: (value: Value) => void) =>
          (value: Value) => {
            clearTimeout(timer)
            done(value)
          }
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) })
        socket.send(JSON.stringify({ id, method, params }))
      }),
  }
}
