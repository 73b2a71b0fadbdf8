import type { Group } from '../speed/groups.ts'

/** Only the rows whose name has the text, with the floors that they are set against, and Latchkey's first of each group. */
export function chosenOf(groups: readonly Group[], text: string): Group[] {
  return groups
    .map(({ framework, rows }) => {
      const wanted = rows.filter(({ name, kind }) => kind !== 'floor' && name.includes(text))
      const floors = new Set(wanted.map(({ floor }) => floor))
      return { framework, rows: rows.filter((row) => wanted.includes(row) || floors.has(row.name)) }
    })
    .filter(({ rows }) => rows.length > 0)
}
