import { until } from '../servers/until.ts'
import type { Fault, Scene, UnderLoad } from './fault.ts'
import { Findings } from './findings.ts'
import { Meter } from './meter.ts'
import { Oracle } from './oracle.ts'
import type { Outcome } from './outcome.ts'
import { settle } from './settle.ts'
import { startSite } from './site.ts'
import { type Load, startTraffic, type Traffic } from './traffic.ts'

/** More than one, so that what one process ends must be seen by another. */
const PROCESSES = 2

/** Runs the application under load while the fault strikes and is healed. Rejects when nothing was measured. */
export async function measure(fault: Fault, load: Load): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const scene = await fault.build(stack)
  const { settings } = scene
  const findings = new Findings()
  const oracle = new Oracle(findings, settings.maxStale, fault.window)
  const meter = new Meter(load.browsers)
  const goOn = () => meter.untilAllAnswered(load.answers)

  if (scene.isDownAtStart) await strike(scene, oracle, { pids: [], goOn })
  const site = stack.adopt(await startSite(settings, PROCESSES, findings), (each) => each.stop())
  const under = { pids: site.pids, goOn }
  const traffic = startTraffic(site, oracle, meter, load)
  stack.defer(() => close(traffic))

  const recovery = await Promise.race([live(scene, oracle, meter, load, under), failure(traffic)])
  await traffic.stop()
  await settle(traffic.browsers)
  await scene.verify?.()
  await site.stop()
  return { fault, settings, findings, recovery, ...meter.figures }
}

/** From the first request to the last one that is not looked after. */
async function live(scene: Scene, oracle: Oracle, meter: Meter, load: Load, under: UnderLoad) {
  const { timeline } = oracle
  if (!scene.isDownAtStart) {
    await under.goOn()
    meter.restart()
    await strike(scene, oracle, under)
  }
  if (!scene.healsItself) {
    if (scene.isRefusing === false) await under.goOn()
    else await until('every browser was refused', () => meter.allRefused(load.refusals))
    meter.restart()
  }
  timeline.healBegins()
  const from = scene.healsItself ? timeline.strikeEnded : timeline.healBegan
  await scene.heal(under)
  await until('every browser can work again', () => meter.allWork)
  const recovery = meter.recovery(from)
  if (scene.aftermath) {
    await scene.aftermath(under)
    await under.goOn()
    await until('every browser can still work', () => meter.allWork)
  }
  timeline.recovered()
  return recovery
}

async function strike(scene: Scene, { timeline }: Oracle, under: UnderLoad): Promise<void> {
  timeline.strikeBegins()
  await scene.strike(under)
  timeline.strikeEnds(scene.outage === 'silent')
}

async function failure(traffic: Traffic): Promise<never> {
  await traffic.running
  throw new Error('The browsers stopped before the fault was healed.')
}

async function close(traffic: Traffic): Promise<void> {
  await traffic.stop().catch(() => undefined)
  for (const browser of traffic.browsers) browser.close()
}
