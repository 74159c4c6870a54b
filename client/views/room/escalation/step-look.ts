import Check from '@lucide/svelte/icons/check'
import CircleDashed from '@lucide/svelte/icons/circle-dashed'
import CircleHelp from '@lucide/svelte/icons/circle-question-mark'
import Clock from '@lucide/svelte/icons/clock'
import Minus from '@lucide/svelte/icons/minus'
import Pause from '@lucide/svelte/icons/pause'
import Phone from '@lucide/svelte/icons/phone'
import type { Component } from 'svelte'
import type { PlannedStep } from '../../../../shared/incident/escalation/plan.ts'

/** Icon and tone of where a step stands; its words stand beside it always. */
export function lookOfStep({ standing, stands }: Pick<PlannedStep, 'standing' | 'stands'>): {
  icon: Component<{ size?: number | string }>
  tone: 'taken' | 'due' | 'coming' | 'paused' | 'unset' | 'struck'
} {
  switch (standing.kind) {
    case 'done':
      // Time to call is no deed: nothing in the log says that anybody called. A press does.
      if (standing.how === 'pressed') return { icon: Check, tone: 'taken' }
      return stands ? { icon: Phone, tone: 'due' } : { icon: Minus, tone: 'unset' }
    case 'due':
      return { icon: Phone, tone: 'due' }
    case 'pending':
      return { icon: Clock, tone: 'coming' }
    case 'held':
      return { icon: Pause, tone: 'paused' }
    case 'unset':
      return { icon: CircleDashed, tone: 'unset' }
    case 'asks':
      return { icon: CircleHelp, tone: 'unset' }
    case 'after':
      return { icon: Clock, tone: 'unset' }
    case 'skipped':
    case 'off':
      return { icon: Minus, tone: 'struck' }
  }
}
