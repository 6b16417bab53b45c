import { pino, type Logger } from 'pino'
import type { Config } from './config.ts'

/** Creates a structured log on a file descriptor: 1 for the server, 2 for commands, whose stdout is data. */
export function createLog(config: Config, fileDescriptor: 1 | 2 = 1): Logger {
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        // A PostgreSQL error contains values of the affected rows, which may be personal data.
        paths: [
          '*.password',
          '*.secret',
          '*.authorization',
          '*.connectionString',
          'err.detail',
          'err.where',
          'err.cause.detail',
          'err.cause.where',
        ],
        censor: '(secret)',
      },
    },
    pino.destination({ dest: fileDescriptor, sync: true }),
  )
}
