/** An answer whose head is changed by these, as whoever answers an error does before it sends anything. */
interface Changed {
  statusCode: number
}

const changing = ['setHeader', 'appendHeader', 'removeHeader'] as const

/**
 * Calls `begun` at the next change of the head. An error handler may answer later than the handler that has failed goes on
 * to send parts of its own: that one, with its head sent as far as it knows, changes nothing of it.
 */
export function onHeadChange(res: Changed, begun: () => void): void {
  const names = ['statusCode', ...changing]
  const before = new Map(names.map((name) => [name, Object.getOwnPropertyDescriptor(res, name)]))
  let { statusCode } = res

  function restore(): void {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(res, name, descriptor)
      else Reflect.deleteProperty(res, name)
    }
    res.statusCode = statusCode
    begun()
  }

  for (const name of changing) {
    const value = (...args: unknown[]) => {
      restore()
      return Reflect.apply(Reflect.get(res, name), res, args)
    }
    Object.defineProperty(res, name, { configurable: true, writable: true, value })
  }
  Object.defineProperty(res, 'statusCode', {
    configurable: true,
    enumerable: true,
    get: () => statusCode,
    set(code: number) {
      statusCode = code
      restore()
    },
  })
}
