import { browserCases } from '../browser-cases.test-helper.ts'

browserCases()
