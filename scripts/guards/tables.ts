/** The cells of each row but the headings and the lines under them. */
export function rowsOf(page: string): string[][] {
  const lines = page.split('\n')
  const isRuler = (line: string | undefined) => /^\|[-|: ]+\|$/.test(line ?? '')
  return lines
    .filter((line, at) => line.startsWith('|') && !isRuler(line) && !isRuler(lines[at + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}
