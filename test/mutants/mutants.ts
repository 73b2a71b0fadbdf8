import { answerMutants } from './answers.ts'
import { clientMutants } from './clients.ts'
import { endingMutants } from './endings.ts'
import { familyMutants } from './families.ts'
import { lifecycleMutants } from './lifecycle.ts'
import type { Mutant } from './mutant.ts'
import { observingMutants } from './observing.ts'
import { sealedMutants } from './sealed.ts'
import { secretMutants } from './secrets.ts'
import { theftMutants } from './theft.ts'
import { tokenGuardMutants } from './token-guards.ts'
import { tokenRefreshMutants } from './token-refresh.ts'
import { tokenMutants } from './tokens.ts'
import { writeMutants } from './writes.ts'

export const mutants: readonly Mutant[] = [
  ...secretMutants,
  ...endingMutants,
  ...familyMutants,
  ...lifecycleMutants,
  ...writeMutants,
  ...sealedMutants,
  ...theftMutants,
  ...clientMutants,
  ...answerMutants,
  ...observingMutants,
  ...tokenMutants,
  ...tokenRefreshMutants,
  ...tokenGuardMutants,
]
