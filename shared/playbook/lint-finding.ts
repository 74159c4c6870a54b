export type LintKind = 'unset' | 'unreachable' | 'twice' | 'gap' | 'contradiction'

/** Something that is allowed and still worth a look: the file is valid, and part of it will not do what it seems to. */
export interface LintFinding {
  kind: LintKind
  /** `escalation.paths[no-answer].steps[lead]`: entries by what they are called in the file. */
  path: string
  message: string
}
