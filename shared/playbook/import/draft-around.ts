import { unique } from './draft-core.ts'
import { type Findings, lineOf, linesOf } from './found.ts'

/** Everything around the response that a plan may state: sources, thresholds, channels, tools, learning. */
export function aroundOf(found: Findings): Record<string, unknown> {
  const date = (which: 'lastUpdated' | 'lastReviewed' | 'nextReview') =>
    found.of('reviewed').find((one) => one.value.which === which)?.value.date ?? { unset: true }
  const purposes = found.of('purpose')
  const principles = found.of('principle')
  return {
    about: {
      scope: unique(purposes.slice(1).map((one) => one.value.text)),
      principles: unique(principles.map((one) => one.value.text)),
      zone: { unset: true },
      reportZone: { unset: true },
      lastUpdated: date('lastUpdated'),
      lastReviewed: date('lastReviewed'),
      nextReview: date('nextReview'),
      src: linesOf([...purposes, ...principles]).slice(0, 40),
    },
    classification: {
      questions: found
        .of('question')
        .map((one) => ({ id: one.value.id, text: one.value.text, src: lineOf(one) })),
      types: found.of('incident-type').map((one) => ({ ...one.value, src: lineOf(one) })),
    },
    sources: found.of('source').map((one) => ({ ...one.value, src: lineOf(one) })),
    alerts: {
      metrics: found.of('metric').map((one) => ({
        id: one.value.id,
        label: one.value.label,
        ...(one.value.unit === null ? {} : { unit: one.value.unit }),
        ...(one.value.target === null ? {} : { target: one.value.target }),
        src: lineOf(one),
      })),
      thresholds: found.of('threshold').map(({ value, ...place }) => ({
        id: value.id,
        metric: value.metric,
        op: value.op,
        value: value.value,
        ...(value.severity === null ? {} : { severity: value.severity }),
        label: value.label,
        src: lineOf(place),
      })),
      map: found.of('alert').map((one) => ({
        id: one.value.id,
        alert: one.value.alert,
        ...(one.value.runbook === null ? {} : { runbook: one.value.runbook }),
        first: one.value.first,
        src: lineOf(one),
      })),
    },
    channels: found.of('channel').map((one) => ({
      id: one.value.id,
      label: one.value.label,
      purpose: one.value.purpose,
      kind: one.value.of,
      ...(one.value.name === null ? {} : { name: one.value.name }),
      src: lineOf(one),
    })),
    ...afterwards(found),
    access: found.of('access').map((one) => ({
      id: one.value.id,
      system: one.value.system,
      ...(one.value.purpose === null ? {} : { purpose: one.value.purpose }),
      ...(one.value.level === null ? {} : { level: one.value.level }),
      held: 'always',
      src: lineOf(one),
    })),
    tools: toolsOf(found),
  }
}

function afterwards(found: Findings): Record<string, unknown> {
  const owed = found.of('review-owed')
  const [first] = owed
  const texts = (kind: 'review-question' | 'review-principle' | 'review-output') =>
    found.of(kind).map((one) => ({ ...one.value, src: lineOf(one) }))
  const questions = texts('review-question')
  const principles = texts('review-principle')
  const outputs = texts('review-output')
  const any = owed.length + questions.length + principles.length + outputs.length > 0
  const recurring = (of: 'review' | 'drill') =>
    found.of('recurring').flatMap((one) =>
      one.value.of === of
        ? [
            {
              id: one.value.id,
              label: one.value.label,
              ...(one.value.every === null ? { after: [one.value.label] } : { every: one.value.every }),
              src: lineOf(one),
            },
          ]
        : [],
    )
  return {
    ...(any
      ? {
          postMortem: {
            ...(first === undefined
              ? {}
              : { requiredWhen: { severity: [...new Set(owed.flatMap((one) => one.value.severities))] } }),
            questions,
            principles,
            outputs,
            src: first === undefined ? [] : lineOf(first),
          },
        }
      : {}),
    measures: found.of('measure').map((one) => ({
      id: one.value.id,
      label: one.value.label,
      formula: one.value.label,
      src: lineOf(one),
    })),
    reviews: recurring('review'),
    drills: recurring('drill'),
    onboarding: found.of('onboarding').map((one) => ({ ...one.value, src: lineOf(one) })),
  }
}

function toolsOf(found: Findings): Record<string, unknown> {
  const of = (kind: 'dashboard' | 'script' | 'doc' | 'url') =>
    found
      .of('link')
      .flatMap((one) =>
        one.value.of === kind
          ? [{ id: one.value.id, label: one.value.label, address: one.value.address, src: lineOf(one) }]
          : [],
      )
  return { dashboards: of('dashboard'), scripts: of('script'), docs: of('doc'), urls: of('url') }
}
