/**
 * What is used of `@opentelemetry/api`, by its shape: the application hands over its own copy, so that nothing is
 * loaded where there is none, and two versions of it never meet.
 */
export interface OpenTelemetryApi {
  readonly trace: { getTracer(name: string): Tracer }
  readonly metrics: { getMeter(name: string): Meter }
}

export interface Tracer {
  startActiveSpan(
    name: string,
    options: { readonly attributes?: Attributes },
    run: (span: Span) => void,
  ): unknown
}

export interface Span {
  setAttribute(name: string, value: string): unknown
  setStatus(status: { readonly code: number }): unknown
  end(): void
}

export type Attributes = Record<string, string>

export interface Meter {
  createHistogram(
    name: string,
    options: InstrumentOptions & { advice?: { explicitBucketBoundaries?: number[] } },
  ): { record(value: number, attributes?: Attributes): void }
  createCounter(
    name: string,
    options: InstrumentOptions,
  ): { add(value: number, attributes?: Attributes): void }
  createObservableGauge(name: string, options: InstrumentOptions): ObservableInstrument
  createObservableCounter(name: string, options: InstrumentOptions): ObservableInstrument
}

export interface InstrumentOptions {
  description: string
  unit: string
}

export interface ObservableInstrument {
  addCallback(callback: (result: Observer) => void): void
}

export interface Observer {
  observe(value: number, attributes?: Attributes): void
}

/** SpanStatusCode.ERROR of `@opentelemetry/api`. */
export const statusError = 2
