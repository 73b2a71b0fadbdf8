/** A timer that runs; it never keeps the process alive. */
export interface Timer {
  stop(): void
}

/** Milliseconds. A timer of Node that is told to wait for longer waits for one millisecond instead. */
const longestWait = 2 ** 31 - 1

/** Calls `act` every `interval` milliseconds, however long that is, until it is stopped. */
export function every(interval: number, act: () => void): Timer {
  const steps = Math.ceil(interval / longestWait)
  let step = 0
  const timer = setInterval(
    () => {
      step = (step + 1) % steps
      if (step === 0) act()
    },
    Math.ceil(interval / steps),
  ).unref()
  return { stop: () => clearInterval(timer) }
}

/** Calls `act` once, after `delay` milliseconds, however many those are, unless it is stopped before. */
export function after(delay: number, act: () => void): Timer {
  const timer = every(delay, () => {
    timer.stop()
    act()
  })
  return timer
}
