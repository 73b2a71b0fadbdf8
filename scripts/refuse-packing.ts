// prepack of both packages: what npm pack and npm publish would make of the sources does not run below node_modules.
import { relative } from 'node:path'

const { npm_command: command = 'pack', npm_package_name: name } = process.env
const dist = `./${relative(`${import.meta.dirname}/..`, process.cwd())}/dist`
console.error(
  `${name} is packed from what it is compiled to, never from its sources: run npm run build, then npm ${command} ${dist}`,
)
process.exit(1)
