import { testIn } from './run.ts'

await testIn('Firefox')
