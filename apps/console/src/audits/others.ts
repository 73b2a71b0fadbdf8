import type { AuditOptions } from '@latchkey/audit'
import { z } from 'zod'
import { text } from './text.ts'

/** A second account, and what a visitor may send, as the form has it. */
export const othersForm = {
  secondUsername: text(1000),
  secondPassword: text(1000),
  puzzle: z.literal('yes').optional(),
}

export type OthersForm = z.infer<z.ZodObject<typeof othersForm>>
type Others = Pick<AuditOptions, 'secondUsername' | 'secondPassword' | 'puzzle'>

/** @param username of the first account */
export function readOthers(
  { secondUsername, secondPassword, puzzle }: OthersForm,
  username: string,
  problems: Record<string, string>,
): Others {
  if (secondUsername === '' && secondPassword !== '') problems.secondUsername = 'Give the user name too.'
  if (secondPassword === '' && secondUsername !== '') problems.secondPassword = 'Give the password too.'
  if (secondUsername !== '' && secondUsername === username)
    problems.secondUsername = 'Give another account than the first.'
  if (secondUsername !== '' && username === '') problems.username = 'Give the first account too.'
  if (puzzle === 'yes' && username === '') problems.username = 'Those forms are given this name.'
  return {
    ...(secondUsername !== '' && { secondUsername, secondPassword }),
    ...(puzzle === 'yes' && { puzzle: true }),
  }
}
