/**
 * Whether every store can keep the text and give it back to the letter: well-formed Unicode without U+0000, which
 * PostgreSQL refuses and others cut or replace.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
