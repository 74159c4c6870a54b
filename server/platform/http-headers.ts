import type { RequestHandler } from 'express'
import helmet from 'helmet'

/**
 * Headers of every answer. Over plain http nothing asks for https: Muster has to work on a LAN without
 * certificates. Scripts and style sheets come from files of ours only, and sockets go to this host only. The
 * attribute `style` stays allowed, since the editor reads from it what is bold in text that is pasted; it runs
 * nothing. Trusted Types are not asked for: TipTap makes its first, empty document by reading a text as HTML,
 * which they forbid.
 */
export function securityHeaders(https: boolean): RequestHandler {
  const common = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        mediaSrc: ["'self'", 'data:'],
        // Stands for ws and wss to this host, too.
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(https && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    originAgentCluster: https,
    xFrameOptions: { action: 'deny' },
  })
  return (request, response, next) => {
    // Elsewhere over plain http a browser ignores it and complains about it on every page.
    if (https || isThisMachine(request.headers.host))
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    common(request, response, next)
  }
}

function isThisMachine(host: string | undefined): boolean {
  return /^(localhost|[^:/@]+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host ?? '')
}
