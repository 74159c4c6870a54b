/** Raised when a message changes its shape; a client of another number reloads. */
export const protocolVersion = 8

/** The server gives a sign of life so often, ms. */
export const signOfLifeMs = 2_000
/** Without any message for so long a browser calls itself offline, ms: two signs of life are missing. */
export const silenceMs = 4_500
