import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { declareSchema } from '../../../shared/incident/commands/declare.ts'
import { commands, roomCommandTypes } from '../../../shared/incident/commands/registry.ts'
import { eventVersions } from '../../../shared/incident/events.ts'
import { canonicalJson } from '../../../shared/playbook/canonical.ts'
import { errorCodes } from '../../../shared/protocol/errors.ts'
import { commandEnvelope, joinSchema, leaveSchema, seenSchema } from '../../../shared/protocol/socket.ts'
import { protocolVersion } from '../../../shared/protocol/version.ts'

/**
 * Every wire shape that was ever released, by its number. When this test fails the shape has changed: raise
 * `protocolVersion` (clients of the old number reload) and add the new fingerprint; never change an old line once
 * its number was released.
 */
const released: Record<number, string> = {
  1: '33e8952ba5ad8d18',
  2: '4971995402caf42a',
  3: '4f0a820968da4c27',
  4: 'c62c7a9077798e1c',
  5: '235e8c45950198e6',
  6: '2614c2eccfbdc457',
  7: '58c53548927db480',
  8: '33b3e3f8dd9182d7',
}

describe('the wire', () => {
  it('has the shape its number stands for', () => {
    const shape = canonicalJson({
      commands: Object.fromEntries(
        roomCommandTypes.map((type) => [
          type,
          z.toJSONSchema(commands[type].schema, { unrepresentable: 'any' }),
        ]),
      ),
      declare: z.toJSONSchema(declareSchema),
      messages: [joinSchema, leaveSchema, commandEnvelope, seenSchema].map((schema) =>
        z.toJSONSchema(schema),
      ),
      events: eventVersions,
      errors: errorCodes,
    })
    const fingerprint = createHash('sha256').update(shape).digest('hex').slice(0, 16)
    expect({ [protocolVersion]: fingerprint }).toEqual({ [protocolVersion]: released[protocolVersion] })
  })

  it('has one fingerprint for each number up to the present one', () => {
    expect(Object.keys(released).map(Number)).toEqual(
      Array.from({ length: protocolVersion }, (_, i) => i + 1),
    )
    expect(new Set(Object.values(released)).size).toBe(protocolVersion)
  })
})
