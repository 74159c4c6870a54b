import pino from 'pino'

/** What the rest of the server sees of the logger. Never pass tokens, texts or titles. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Logger
}

/** JSON lines on stderr, so that stdout stays for people. `level`: a pino level or `silent`. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}
