import Check from '@lucide/svelte/icons/check'
import CircleAlert from '@lucide/svelte/icons/circle-alert'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import Clock from '@lucide/svelte/icons/clock'
import TriangleAlert from '@lucide/svelte/icons/triangle-alert'
import type { Component } from 'svelte'
import type { Standing } from '../../shared/incident/standing.ts'

export type Tone = 'calm' | 'risk' | 'over' | 'met' | 'unset'

/** Icon, word and colour of a clock's standing: always all three together. */
export interface StandingLook {
  icon: Component<{ size?: number | string }>
  word: string
  tone: Tone
}

/** A clock that broke less than this before the screen changed pulses once. */
export const pulseWithinMs = 1_500

export function lookOf(standing: Standing): StandingLook {
  switch (standing.kind) {
    case 'on-track':
      return { icon: Clock, word: 'On track', tone: 'calm' }
    case 'at-risk':
      return { icon: TriangleAlert, word: 'At risk', tone: 'risk' }
    case 'overdue':
      return { icon: CircleAlert, word: 'Overdue', tone: 'over' }
    case 'met':
      return { icon: Check, word: 'Met', tone: 'met' }
    case 'met-late':
      return { icon: CircleAlert, word: 'Late', tone: 'over' }
    case 'elapsed':
      return { icon: Check, word: 'Over', tone: 'calm' }
    case 'scheduled':
      return { icon: Clock, word: 'Scheduled', tone: 'calm' }
    case 'next-business-day':
      return { icon: Clock, word: 'Next business day', tone: 'calm' }
    case 'no-severity':
      return { icon: CircleDashed, word: 'No severity yet', tone: 'unset' }
    case 'waiting':
      return { icon: Clock, word: 'Not started', tone: 'calm' }
    case 'unset':
      return { icon: CircleDashed, word: 'no target stated', tone: 'unset' }
    case 'off':
      return { icon: Clock, word: 'Not counting', tone: 'calm' }
  }
}
