/** Who acts. People hold roles in incidents; automation and the system do not. */
export type PersonRole = 'administrator' | 'responder' | 'viewer' | 'guest'

export type Actor =
  | {
      kind: 'person'
      id: string
      role: PersonRole
      /** Set for a guest let in by a share link: this incident only, with the link's rights. */
      scope?: { incidentId: string; role: 'responder' | 'viewer' }
    }
  | { kind: 'automation'; id: string; role: 'administrator' }
  | { kind: 'system'; id: 'system' }

export const systemActor: Actor = { kind: 'system', id: 'system' }
