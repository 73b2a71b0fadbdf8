import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { trackedFiles } from './files.ts'

/** Documents: links lead somewhere, commands exist, and every `ts` block of a README is a file that tests run. */
export function documentGuard(): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  const problems: string[] = []
  for (const { path, text } of trackedFiles(/\.md$/)) {
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)) {
      if (!existsSync(join(dirname(path), target)))
        problems.push(`${path} links to ${target}, which does not exist`)
    }
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) {
      if (!(script in scripts)) problems.push(`${path} names npm run ${script}, which does not exist`)
    }
  }
  return [...problems, ...untestedExamples()]
}

function untestedExamples(): string[] {
  const tested = new Set(trackedFiles(/^examples\/readme-[\w-]+\.ts$/).map(({ text }) => text.trim()))
  return trackedFiles(/^(packages\/\w+\/)?README\.md$/).flatMap(({ path, text }) =>
    [...text.matchAll(/```ts\n([\s\S]*?)```/g)]
      .map(([, code = '']) => code.trim())
      .filter((code) => !tested.has(code))
      .map((code) => `${path}: no examples/readme-*.ts is "${code.split('\n')[0]}…"`),
  )
}
