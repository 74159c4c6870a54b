import type { Playbook } from '../playbook/model.ts'

/** Names under which `state.answers` keeps what was said: questions and dimensions are the playbook's. */
export const typeAnswer = 'type'
export const dimensionAnswer = (id: string) => `dimension/${id}`
export const questionAnswer = (id: string) => `question/${id}`

/** One thing `triage.answer` takes, with what may be chosen; no options: in own words. */
export interface TriageSubject {
  about: string
  text: string
  options: { value: string; label: string; detail?: string }[]
}

/** Everything that is said by `triage.answer`: what sets a flag is answered as that flag, one mechanism for one thing. */
export function triageSubjects({ classification }: Playbook): TriageSubject[] {
  const { questions, dimensions, types } = classification
  const plain = (value: string) => ({ value, label: value })
  return [
    ...questions
      .filter(({ sets }) => sets === undefined)
      .map(({ id, text, options }) => ({ about: questionAnswer(id), text, options: options.map(plain) })),
    ...dimensions.map(({ id, label, values }) => ({
      about: dimensionAnswer(id),
      text: label,
      options: values.map(plain),
    })),
    ...(types.length === 0
      ? []
      : [
          {
            about: typeAnswer,
            text: 'Type of incident',
            options: types.map(({ id, label, severity }) => ({ value: id, label, detail: severity })),
          },
        ]),
  ]
}

/** What an answer is about, in the playbook's words. */
export function aboutWords(about: string, playbook: Playbook): string {
  return triageSubjects(playbook).find((one) => one.about === about)?.text ?? about
}

/** The answer as people read it: types have a name beside their id. */
export function answerWords(about: string, value: string, playbook: Playbook): string {
  const subject = triageSubjects(playbook).find((one) => one.about === about)
  return subject?.options.find((option) => option.value === value)?.label ?? value
}
