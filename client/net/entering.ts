import { request } from './http.ts'
import { anything, shape, text } from './shape.ts'

/** Ways in. All throw `RequestFailed`. */

export const setUp = (body: { token: string; name: string; password: string; playbook?: string }) =>
  request('POST', '/api/setup', anything, { body })

export const signIn = (body: { name: string; password: string }) =>
  request('POST', '/api/sign-in', anything, { body })

/** Which incident a share link opens, and as what. Uses nothing up. */
export const lookAtLink = (token: string) =>
  request('POST', '/api/links/look', shape({ key: text, title: text, role: text }), { body: { token } })

export const redeemLink = (body: { token: string; name: string }) =>
  request('POST', '/api/links/redeem', shape({ incidentId: text }), { body })
