import { isPromise } from '../deadline/deadline.ts'
import { isSessionError } from '../errors.ts'
import { type Attributes, type Span, statusError, type Tracer } from './opentelemetry-api.ts'

/** How something that was watched came out. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown }

/**
 * Runs something inside a span, once, whatever the telemetry does: what is watched comes out as it would by itself,
 * at once if it does so by itself.
 * @param ended hears of the outcome before the span ends
 */
export function inSpan<T>(
  tracer: Tracer,
  name: string,
  attributes: Attributes,
  run: () => Promise<T> | T,
  ended: (outcome: Outcome<T>, span: Span | null) => void,
): Promise<T> | T {
  const ran: Outcome<Promise<T> | T>[] = []

  function attempt(span: Span | null): void {
    if (ran.length > 0) return
    const settle = (outcome: Outcome<T>) => {
      quietly(() => ended(outcome, span))
      quietly(() => {
        if (span && 'error' in outcome) markFailed(span, outcome.error)
      })
      quietly(() => span?.end())
    }
    const outcome = outcomeOf(run)
    ran.push(outcome)
    if ('error' in outcome) settle(outcome)
    else if (isPromise(outcome.value))
      outcome.value.then(
        (value) => settle({ value }),
        (error: unknown) => settle({ error }),
      )
    else settle({ value: outcome.value })
  }

  quietly(() => tracer.startActiveSpan(name, { attributes }, attempt))
  attempt(null)
  const [outcome] = ran
  if (!outcome || 'error' in outcome) throw outcome?.error
  return outcome.value
}

function outcomeOf<T>(run: () => T): Outcome<T> {
  try {
    return { value: run() }
  } catch (error) {
    return { error }
  }
}

/** By its code alone: what a backend writes into a message is nobody's promise. */
export function errorType(error: unknown): string {
  if (isSessionError(error)) return error.code
  return error instanceof Error ? error.name : 'unknown'
}

// A request that was refused is no failure of the server's.
function markFailed(span: Span, error: unknown): void {
  span.setAttribute('error.type', errorType(error))
  if (!isSessionError(error) || error.status >= 500) span.setStatus({ code: statusError })
}

/** Telemetry that fails is telemetry that is missing. */
export function quietly(report: () => unknown): void {
  try {
    report()
  } catch {}
}
