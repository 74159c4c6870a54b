declare const __MUSTER_BUILD__: string | undefined

/**
 * Names the sources this server was built from (SHA-256, hex), so that what one build worked out is not taken for
 * the work of another. Undefined when it runs from the sources, which change under it.
 */
export const buildName: string | undefined =
  typeof __MUSTER_BUILD__ === 'undefined' ? undefined : __MUSTER_BUILD__
