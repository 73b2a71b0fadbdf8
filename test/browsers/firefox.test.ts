import { testIn } from './case.ts'

await testIn('Firefox')
