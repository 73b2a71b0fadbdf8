import { visible } from './escape.ts'

/** GitHub takes 65,536 characters for a comment. */
const MOST_TEXT = 600

const MARKS = /[&<>"'\\`*_[\]|~$!@#]|:(?=[/\w])|(?<=www)\./gi
/** After one of these a name or a number makes a mention or a reference, also where the mark was written as an entity. */
const REFERENCES = /[@#!~$%^&](?=[\w"])/g

/** Plain text inside Markdown: every mark that it, or the extensions of GitHub and GitLab, could take for one is an entity. */
export function plainText(given: string): string {
  const short = given.length > MOST_TEXT ? `${given.slice(0, MOST_TEXT)}…` : given
  return visible(short)
    .replace(REFERENCES, '$&\u200b')
    .replace(MARKS, (mark) => `&#${mark.charCodeAt(0)};`)
}
