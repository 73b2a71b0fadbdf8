import type { Tool } from '../tool.ts'
import { audit } from './audit.ts'
import { checkLogin } from './check-login.ts'
import { dryRun } from './dry-run.ts'
import { explain } from './explain.ts'
import { results } from './results.ts'

/** Every tool, in the order in which an agent meets them. */
export const tools: readonly Tool[] = [dryRun, checkLogin, audit, results, explain]
