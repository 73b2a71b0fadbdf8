// Rules about the repository that no compiler knows. Each guard returns what is wrong, in words; nothing means well.
import { resolve } from 'node:path'
import { faultsOf } from './checks.ts'
import { coverageGuard } from './coverage.ts'
import { documentGuard } from './documents.ts'
import { packageGuard } from './packages.ts'
import { sourceGuard } from './sources.ts'
import { standardsGuard } from './standards.ts'

const guards = {
  sources: sourceGuard,
  packages: packageGuard,
  checks: () => faultsOf(resolve('packages/audit/src/checks'), resolve('docs/checks')),
  coverage: coverageGuard,
  documents: documentGuard,
  standards: standardsGuard,
}

let problems = 0
for (const [name, guard] of Object.entries(guards)) {
  for (const problem of await guard()) {
    problems++
    console.error(`${name}: ${problem}`)
  }
}
console.log(problems === 0 ? `${Object.keys(guards).length} guards: nothing wrong` : `${problems} problems`)
process.exit(problems === 0 ? 0 : 1)
