import { afterAll } from 'vitest'
import { cleanUp } from './clean-up.ts'

/** Runs before each test file, whose own `afterAll` hooks come first. */
afterAll(cleanUp)
