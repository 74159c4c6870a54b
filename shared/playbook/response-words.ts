import { formatDuration } from './duration.ts'
import type { ResponseTarget } from './model.ts'

export interface ResponseWords {
  /** `< 15 min`, `15 min`, `Next business day`; null when the playbook states none. */
  figure: string | null
  /** Under it: `to respond`, `end of it, assumed`. */
  note: string
}

/** A severity's response time in words. */
export function responseWords(response: ResponseTarget): ResponseWords {
  switch (response.kind) {
    case 'within': {
      if (response.target.kind === 'unset') return { figure: null, note: 'to respond' }
      const figure = `${response.bound === 'exclusive' ? '< ' : ''}${formatDuration(response.target.ms)}`
      const notes = ['to respond']
      if (response.word !== undefined) notes.push(response.word)
      if (response.target.kind !== 'stated') notes.push(response.target.kind)
      return { figure, note: notes.join(', ') }
    }
    case 'next-business-day':
      return {
        figure: 'Next business day',
        note: `${response.by === 'end' ? 'end' : 'start'} of it${response.basis === 'assumed' ? ', assumed' : ''}`,
      }
    case 'scheduled':
      return { figure: 'Scheduled', note: 'to respond' }
    case 'unset':
      return { figure: null, note: 'to respond' }
  }
}
