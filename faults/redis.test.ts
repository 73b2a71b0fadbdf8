import { testFaults } from './fault-tests.ts'

const stores = ['Redis', 'Redis, near cache']

testFaults('faults of one Redis', ({ store }) => stores.includes(store), 4)
