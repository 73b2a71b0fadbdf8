import type { Mutant } from './mutant.ts'

/** Who is told what happens, and what that may do to a request: nothing. */
export const observingMutants: readonly Mutant[] = [
  {
    law: 'events',
    fault: 'a promise of a listener is left to itself',
    file: 'events/listener.ts',
    from: 'if (isThenable(answer)) Promise.resolve(answer).catch(failed)',
    to: 'isThenable(answer)',
    noticedBy: ['no request fails because of an async listener', 'nor because of a warning'],
    test: 'src/events/events.test.ts',
  },
  {
    law: 'events',
    fault: 'what a listener throws reaches the request',
    file: 'events/listener.ts',
    from: '  } catch (error) {\n    failed(error)\n  }',
    to: '  } finally {\n    failed(null)\n  }',
    noticedBy: ['no request fails because of a listener that throws'],
    test: 'src/events/events.test.ts',
  },
  {
    law: 'telemetry',
    fault: 'what a tracer throws reaches the request',
    file: 'telemetry/opentelemetry-span.ts',
    from: 'quietly(() => tracer.startActiveSpan(name, { attributes }, attempt))',
    to: 'tracer.startActiveSpan(name, { attributes }, attempt)',
    noticedBy: ['telemetry that throws'],
    test: 'src/telemetry/opentelemetry.test.ts',
  },
  {
    law: 'telemetry',
    fault: 'a tracer that calls back twice has the store asked twice',
    file: 'telemetry/opentelemetry-span.ts',
    from: 'if (ran.length > 0) return',
    to: '',
    noticedBy: ['telemetry that throws'],
    test: 'src/telemetry/opentelemetry.test.ts',
  },
  {
    law: 'telemetry',
    fault: 'a tracer that does not call back loses the request',
    file: 'telemetry/opentelemetry-span.ts',
    from: '\n  attempt(null)',
    to: '',
    noticedBy: ['telemetry that throws'],
    test: 'src/telemetry/opentelemetry.test.ts',
  },
]
