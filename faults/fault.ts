import type { Window } from './findings.ts'
import type { ApplicationSettings } from './settings.ts'

/** One way in which a store can fail. */
export interface Fault {
  /** Unique; what --only takes. */
  readonly id: string
  /** What happens, in words. */
  readonly title: string
  readonly store: string
  readonly client: string
  /** What this deployment may lose, by its own documentation. Without it nothing may be lost. */
  readonly window?: Window
  /** Starts the servers; the stack stops them. */
  build(stack: AsyncDisposableStack): Promise<Scene>
}

/** The store, and what is done to it. */
export interface Scene {
  readonly settings: ApplicationSettings
  /** From the end of `strike` until `heal`: 'silent', the store answers nobody; 'partial', it answers some. */
  readonly outage: 'silent' | 'partial'
  /** False where requests are expected to go on: then it is enough that they were sent. Default true. */
  readonly isRefusing?: boolean
  /** True when the store is down before the application starts: no traffic comes before the strike. */
  readonly isDownAtStart?: boolean
  /** True when the deployment heals itself: `heal` waits for it, and recovery counts from the strike. */
  readonly healsItself?: boolean
  /** Called when the traffic is running, unless the store is down at the start. */
  strike(under: UnderLoad): Promise<void>
  heal(under: UnderLoad): Promise<void>
  /** What comes after the recovery, still under load, and must do no harm. */
  aftermath?(under: UnderLoad): Promise<void>
  /** Throws unless the fault has really happened. */
  verify?(): Promise<void>
}

export interface UnderLoad {
  /** Process ids of the application. */
  readonly pids: readonly number[]
  /** Waits until each browser has been answered so many times more. */
  goOn(): Promise<void>
}

/** The same fault under an application with other settings. */
export function withSettings(
  fault: Fault,
  change: (settings: ApplicationSettings) => ApplicationSettings,
): Fault {
  return {
    ...fault,
    async build(stack) {
      const scene = await fault.build(stack)
      return { ...scene, settings: change(scene.settings) }
    },
  }
}
