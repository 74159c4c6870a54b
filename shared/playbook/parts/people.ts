import * as z from 'zod/mini'
import { form, id, list, sources, text } from '../forms.ts'
import { figure, statedText } from '../leaves.ts'

/** Positions, suppliers and teams: who can be called, and what is still an empty slot. */

/** One way to reach somebody; the address is an operator's to enter, and unset until then. */
const way = form({
  kind: z.enum(['phone', 'sms', 'page', 'email', 'chat', 'any'], {
    error: 'phone, sms, page, email, chat or any',
  }),
  address: statedText,
})

export const contact = form({
  id,
  position: text,
  kind: z.enum(['person', 'team', 'supplier'], { error: 'person, team or supplier' }),
  ways: list(way),
  /** Another id of the same person: two steps never call one person twice (R42). */
  sameAs: z.optional(id),
  /** Said where the document says it: "data breaches only". */
  for: z.optional(text),
  src: sources,
})
export type Contact = z.infer<typeof contact>

const tier = form({ id, label: text, contact: id, src: sources })

export const team = form({
  id,
  label: text,
  tiers: list(tier).check(z.minLength(1, { error: 'at least one tier' })),
  lead: z.optional(id),
  /** Components whose incidents this team answers. */
  components: z._default(list(text), []),
  coverage: z.union([z.literal('always'), z.literal('unset'), id], {
    error: 'always, unset or the id of a calendar',
  }),
  src: sources,
})
export type Team = z.infer<typeof team>

export const rotation = form({ every: figure, handover: statedText, src: sources })

/** Who a step or a notice is for. */
export const target = z.union(
  [
    form({ oncall: id, tier: id }),
    form({ leadOf: id }),
    form({ contact: id }),
    form({ role: id }),
    form({ expertFor: z.literal('affected') }),
    form({ channel: id }),
    form({
      action: z.enum(['backlog', 'assign-to-team', 'ticket'], { error: 'backlog, assign-to-team or ticket' }),
    }),
    form({ anyOf: list(form({ contact: id })) }),
  ],
  {
    error:
      '{oncall: team, tier}, {leadOf: team}, {contact}, {role}, {expertFor: affected}, {channel}, {action} or {anyOf: […]}',
  },
)
export type Target = z.infer<typeof target>
