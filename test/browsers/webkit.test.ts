import { testIn } from './run.ts'

await testIn('WebKit')
