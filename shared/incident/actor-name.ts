import type { EventActor } from './events.ts'

/** Who acts, by name; Muster itself by its name. */
export function actorName(actor: EventActor, names: { person(id: string): string }): string {
  switch (actor.kind) {
    case 'person':
      return names.person(actor.id)
    case 'automation':
      return 'Automation'
    case 'system':
      return 'Muster'
  }
}
