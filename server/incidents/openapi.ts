import * as z from 'zod/mini'
import { declareSchema, declareSummary, declareTitle } from '../../shared/incident/commands/declare.ts'
import { commands, isSystemCommand, roomCommandTypes } from '../../shared/incident/commands/registry.ts'
import { policyTable } from '../../shared/incident/permissions.ts'
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
      get: read('incidents.list', 'Incidents, newest first', [
        query('before', 'integer'),
        query('limit', 'integer'),
      ]),
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
    '/api/incidents/{id}/events': {
      get: read('incident.read', 'The whole log in pages, oldest first', [
        incidentId,
        query('after', 'integer'),
      ]),
    },
    '/api/incidents/{id}/export.md': { get: read('incident.read', 'The incident as Markdown', [incidentId]) },
  }
  for (const type of roomCommandTypes) {
    if (isSystemCommand(type)) continue
    const { title, summary, schema } = commands[type]
    paths[`/api/incidents/{id}/commands/${type}`] = {
      post: {
        operationId: type,
        summary: title,
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

function read(action: keyof typeof policyTable, summary: string, parameters: object[]): object {
  return {
    summary,
    'x-requires': policyTable[action],
    parameters,
    responses: { '200': { description: 'Found' }, '401': errorAnswer, '404': errorAnswer },
  }
}
