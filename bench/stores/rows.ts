import type { Group } from '../speed/groups.ts'

// Latchkey's bounds are shares of what the layer adds in memory.
const measures = ['header', 'latchkey-memory']

/** Only the rows whose name has the text, with the rows that they are set against. */
export function chosenOf(groups: readonly Group[], text: string): Group[] {
  return groups
    .map(({ framework, rows }) => {
      const wanted = rows.filter(({ name, kind }) => kind !== 'floor' && name.includes(text))
      const isJudged = wanted.some(({ kind }) => kind === 'latchkey')
      const beside = new Set([...wanted.map(({ floor }) => floor), ...(isJudged ? measures : [])])
      return { framework, rows: rows.filter((row) => wanted.includes(row) || beside.has(row.name)) }
    })
    .filter(({ rows }) => rows.length > 0)
}
