import * as z from 'zod/mini'
import { declareSchema, declareSummary, declareTitle } from '../../shared/incident/commands/declare.ts'
import { commands, isSystemCommand, roomCommandTypes } from '../../shared/incident/commands/registry.ts'
import { commandTitles } from '../../shared/incident/commands/titles.ts'
import { policyTable } from '../../shared/incident/permissions.ts'
import { rowKinds } from '../../shared/incident/row-query.ts'
import { errorCodes } from '../../shared/protocol/errors.ts'

export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  paths: Record<string, Record<string, object>>
  components: object
  security: object[]
}

const errorAnswer = { description: 'Why not', content: json({ $ref: '#/components/schemas/Error' }) }
const refusals = Object.fromEntries(
  ['400', '401', '403', '404', '409', '413', '429', '503', '507'].map((status) => [status, errorAnswer]),
)
const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'Made by the sender, 8 to 64 letters, digits, _ or -; a resend with the same key gets the first answer.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{8,64}$' },
}
const incidentId = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }

/** OpenAPI 3.1, made from the command registry and the policy table, never written beside them. */
export function openApi(version: string): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {
    '/api/incidents': {
      post: {
        operationId: 'incident.declare',
        summary: declareTitle,
        description: declareSummary,
        'x-requires': policyTable['incident.declare'],
        parameters: [{ ...idempotencyKey, required: false }],
        requestBody: { required: true, content: json(z.toJSONSchema(declareSchema, { io: 'input' })) },
        responses: {
          '201': answer({ id: { type: 'string' }, seq: { type: 'integer' }, key: { type: 'string' } }),
          ...refusals,
        },
      },
      get: read(
        'incidents.list',
        'Incidents, newest first; for the next page send `declaredAt` of the last one as `before`, its `id` as `beforeId`',
        [query('before', 'integer'), query('beforeId', 'string'), query('limit', 'integer')],
      ),
    },
    '/api/incidents/{id}': {
      get: read('incident.read', 'One incident: {id, seq, hash, state, deadlines}', [incidentId]),
    },
    '/api/incidents/{id}/entries': {
      get: read('incident.read', 'A page of entries, newest last', [
        incidentId,
        query('before', 'integer'),
        query('limit', 'integer'),
      ]),
    },
    '/api/incidents/{id}/search': {
      get: read(
        'incident.read',
        'Rows of the timeline that fit, newest first in pages: {entries, next}; ask on with `next` as `before`',
        [
          incidentId,
          query('text', 'string'),
          { ...query('kind', 'string'), schema: { enum: [...rowKinds] } },
          query('person', 'string'),
          query('from', 'integer'),
          query('to', 'integer'),
          query('before', 'integer'),
          query('limit', 'integer'),
        ],
      ),
    },
    '/api/incidents/{id}/events': {
      get: read('incident.read', 'The whole log in pages, oldest first', [
        incidentId,
        query('after', 'integer'),
      ]),
    },
    '/api/incidents/{id}/document/moments': {
      get: read(
        'document.read',
        'When the document changed and by whom: {moments: [{batch, at, people}], names, cut}',
        [incidentId],
      ),
    },
    '/api/incidents/{id}/document/at': {
      get: read(
        'document.read',
        'The document as it stood at `time` (ms) or after `batch`: {batch, at, markdown, content}',
        [incidentId, query('time', 'integer'), query('batch', 'integer')],
      ),
    },
    '/api/playbooks/{name}': {
      get: read(
        'playbooks.read',
        'One playbook whole: by id the newest version, by hash exactly that one; numbers of contacts for responders',
        [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
      ),
    },
    ...playbookEditing(),
    '/api/incidents/{id}/export.md': { get: read('incident.read', 'The incident as Markdown', [incidentId]) },
  }
  for (const type of roomCommandTypes) {
    if (isSystemCommand(type)) continue
    const { summary, schema } = commands[type]
    paths[`/api/incidents/{id}/commands/${type}`] = {
      post: {
        operationId: type,
        summary: commandTitles[type],
        description: summary,
        'x-requires': policyTable[type],
        parameters: [incidentId, idempotencyKey],
        requestBody: {
          required: true,
          content: json(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })),
        },
        responses: { '200': answer({ ok: { const: true }, seq: { type: 'integer' } }), ...refusals },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Muster', version, description: 'Every command of the room, by REST.' },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'muster' },
      },
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: {
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: {
                code: { enum: [...errorCodes] },
                field: { type: 'string' },
                message: { type: 'string' },
              },
            },
          },
        },
      },
    },
    security: [{ bearer: [] }, { cookie: [] }],
  }
}

function json(schema: object): object {
  return { 'application/json': { schema } }
}

function answer(properties: object): object {
  return { description: 'Done', content: json({ type: 'object', properties }) }
}

function query(name: string, type: string): object {
  return { name, in: 'query', required: false, schema: { type } }
}

/** Import, drafts, versions and export of playbooks. */
function playbookEditing(): OpenApiDocument['paths'] {
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }
  const origin = { name: 'origin', in: 'path', required: true, schema: { enum: ['edited', 'shipped'] } }
  const file = json({
    type: 'object',
    properties: { source: { type: 'string', description: 'The YAML' }, file: { type: 'string' } },
    required: ['source'],
  })
  const hash = { type: 'string', pattern: '^[0-9a-f]{64}$' }
  const mark = { ...hash, description: 'The `mark` of the draft that was seen' }
  const saved = json({
    type: 'object',
    properties: {
      source: { type: 'string', description: 'The YAML' },
      file: { type: 'string' },
      seen: { anyOf: [mark, { type: 'null' }], description: 'Null or left out: no draft was seen' },
    },
    required: ['source'],
  })
  const send = (summary: string, content: object, parameters: object[] = []) => ({
    summary,
    'x-requires': policyTable['playbooks.edit'],
    parameters,
    requestBody: { required: true, content },
    responses: { '200': { description: 'Done' }, '201': { description: 'Made' }, ...refusals },
  })
  const seen = json({
    type: 'object',
    properties: { hash, against: { anyOf: [hash, { type: 'null' }] } },
    required: ['hash', 'against'],
  })
  const draft = '/api/playbooks/{id}/drafts/{origin}'
  return {
    '/api/playbooks': {
      get: read(
        'playbooks.read',
        'The newest version of every playbook: id, title, version, hash, severities',
        [],
      ),
      post: send(
        'Keeps a file as the draft of its playbook, in place of the one that was seen; 409 with `draft` and `changes` where it is another one by now',
        saved,
      ),
    },
    '/api/playbooks/check': {
      post: send('What a file would change and what is wrong with it; keeps nothing', file),
    },
    '/api/playbooks/{id}/versions': { get: read('playbooks.read', 'Its versions, the newest first', [id]) },
    '/api/playbooks/{name}/source': {
      get: read(
        'playbooks.export',
        'The YAML file of the newest version, by id, or of one version, by hash',
        [{ ...id, name: 'name' }],
      ),
    },
    '/api/playbook-drafts': { get: read('playbooks.edit', 'Drafts of all playbooks', []) },
    '/api/playbooks/{id}/drafts': { get: read('playbooks.edit', 'Drafts of one playbook', [id]) },
    [draft]: {
      get: read('playbooks.edit', 'A draft: its text, its findings and what it changes', [id, origin]),
      delete: {
        ...read('playbooks.edit', 'Discards the draft that was seen; 409 where it is another one by now', [
          id,
          origin,
        ]),
        requestBody: {
          required: true,
          content: json({ type: 'object', properties: { seen: mark }, required: ['seen'] }),
        },
        responses: { '200': { description: 'Gone' }, ...refusals },
      },
    },
    [`${draft}/publish`]: {
      post: send('Publishes the draft `hash`, compared with the version `against`', seen, [id, origin]),
    },
  }
}

function read(action: keyof typeof policyTable, summary: string, parameters: object[]): object {
  return {
    summary,
    'x-requires': policyTable[action],
    parameters,
    responses: { '200': { description: 'Found' }, '401': errorAnswer, '404': errorAnswer },
  }
}
