import { writeFileSync } from 'node:fs'
import { playbookJsonSchema } from '../shared/playbook/json-schema.ts'

/** Writes the schema that editors complete and check playbooks by: `npx tsx scripts/playbook-schema.ts`. */
writeFileSync('docs/playbook.schema.json', `${JSON.stringify(playbookJsonSchema(), null, 2)}\n`)
