import type { AuditOptions } from '@latchkey/audit'
import { z } from 'zod'
import { isRequest } from './named-request.ts'
import { text } from './text.ts'

/** A second account, and what a visitor may send, as the form has it. */
export const othersForm = {
  secondUsername: text(1000),
  secondPassword: text(1000),
  puzzle: z.literal('yes').optional(),
  puzzleRequests: text(10_000),
}

export type OthersForm = z.infer<z.ZodObject<typeof othersForm>>
type Others = Pick<AuditOptions, 'secondUsername' | 'secondPassword' | 'puzzle' | 'puzzleRequests'>

/** @param username of the first account */
export function readOthers(
  { secondUsername, secondPassword, puzzle, ...form }: OthersForm,
  username: string,
  problems: Record<string, string>,
): Others {
  if (secondUsername === '' && secondPassword !== '') problems.secondUsername = 'Give the user name too.'
  if (secondPassword === '' && secondUsername !== '') problems.secondPassword = 'Give the password too.'
  if (secondUsername !== '' && secondUsername === username)
    problems.secondUsername = 'Give another account than the first.'
  if (secondUsername !== '' && username === '') problems.username = 'Give the first account too.'
  if (puzzle === 'yes' && username === '') problems.username = 'Those forms are given this name.'
  const puzzleRequests = form.puzzleRequests.split(/\r?\n/).filter((each) => each.trim() !== '')
  const places = puzzleRequests.join().match(/\{\{.*?\}\}/g) ?? []
  if (!puzzleRequests.every(isRequest))
    problems.puzzleRequests =
      'Write a method and a path on each line, such as POST /forgot user={{username}}.'
  else if (places.some((place) => !/^\{\{\s*username\s*\}\}$/.test(place)))
    problems.puzzleRequests = 'Only {{username}} is filled in.'
  if (places.length > 0 && username === '') problems.username = 'Those requests are given this name.'
  return {
    ...(secondUsername !== '' && { secondUsername, secondPassword }),
    ...(puzzle === 'yes' && { puzzle: true }),
    ...(puzzleRequests.length > 0 && { puzzleRequests }),
  }
}
