import { testFaults } from './fault-tests.ts'

const stores = ['Redis 1+1', 'Redis, Sentinel 1+2', 'Redis Cluster 3', 'Redis Cluster 3+3']

testFaults('faults of several Redis', ({ store }) => stores.includes(store), 5)
