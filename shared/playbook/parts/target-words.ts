import type { Playbook } from '../model.ts'
import type { Contact, Target, Team } from './people.ts'

/** The team that an incident pages: the one of its components, or the only one (see {@link teamOf}). */
export const pagedTeam = 'paged'

/** The words targets need of a playbook. */
export type TargetVocabulary = Pick<Playbook, 'contacts' | 'teams' | 'roles' | 'channels'>

/** The team an incident pages: the one of its components, or the only one; undefined while that is not known. */
export function teamOf(
  id: string,
  playbook: Pick<Playbook, 'teams'>,
  components: readonly string[],
): Team | undefined {
  if (id !== pagedTeam) return playbook.teams.find((team) => team.id === id)
  if (playbook.teams.length === 1) return playbook.teams[0]
  const affected = new Set(components.map((name) => name.toLowerCase()))
  return playbook.teams.find((team) => team.components.some((name) => affected.has(name.toLowerCase())))
}

/** Whether whom a target stands for follows from what is affected. */
export function pagesByComponent(target: Target): boolean {
  return (
    ('oncall' in target && target.oncall === pagedTeam) || ('leadOf' in target && target.leadOf === pagedTeam)
  )
}

/** Whom a target stands for by position; empty for what is not a contact, or not known yet. */
export function contactsOf(
  target: Target,
  playbook: TargetVocabulary,
  components: readonly string[],
): Contact[] {
  const named = (id: string | undefined) => playbook.contacts.filter((contact) => contact.id === id)
  if ('contact' in target) return named(target.contact)
  if ('anyOf' in target) return target.anyOf.flatMap((one) => named(one.contact))
  if ('oncall' in target) {
    const team = teamOf(target.oncall, playbook, components)
    return named(team?.tiers.find((tier) => tier.id === target.tier)?.contact)
  }
  if ('leadOf' in target) return named(teamOf(target.leadOf, playbook, components)?.lead)
  return []
}

/** A target as people say it, on the page of a playbook and in a plan alike: by position, never by address. */
export function targetWords(
  target: Target,
  playbook: TargetVocabulary,
  components: readonly string[] = [],
): string {
  const contacts = contactsOf(target, playbook, components)
  if (contacts.length > 0) return contacts.map((contact) => contact.position).join(' or ')
  if ('contact' in target) return target.contact
  if ('anyOf' in target) return target.anyOf.map((one) => one.contact).join(' or ')
  if ('oncall' in target)
    return `the ${tierWords(target.tier, playbook)} on call of ${teamWords(target.oncall, playbook)}`
  if ('leadOf' in target) return `the lead of ${teamWords(target.leadOf, playbook)}`
  if ('role' in target) return playbook.roles.find((role) => role.id === target.role)?.name ?? target.role
  if ('channel' in target)
    return `the channel ${playbook.channels.find((one) => one.id === target.channel)?.label ?? target.channel}`
  if ('expertFor' in target) return 'the domain expert'
  switch (target.action) {
    case 'backlog':
      return 'put it into the backlog'
    case 'assign-to-team':
      return 'assign it to the team'
    case 'ticket':
      return 'open a ticket'
  }
}

/** All of a step's targets, or the first of them that can be reached. */
export function targetsWords(targets: readonly Target[], all: boolean, playbook: TargetVocabulary): string {
  const words = targets.map((one) => targetWords(one, playbook)).join(all ? ' and ' : ' or ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function tierWords(id: string, playbook: TargetVocabulary): string {
  const label = playbook.teams.flatMap((team) => team.tiers).find((tier) => tier.id === id)?.label ?? id
  return label.charAt(0).toLowerCase() + label.slice(1)
}

function teamWords(id: string, playbook: TargetVocabulary): string {
  const team = id === pagedTeam ? undefined : playbook.teams.find((one) => one.id === id)
  return team === undefined ? 'the paged team' : team.label
}
