import { afterAll } from 'vitest'
import { cleanUp } from './clean-up.ts'

/** Runs before each test file, so that the `afterAll` hooks of the file itself run before this one. */
afterAll(cleanUp)
