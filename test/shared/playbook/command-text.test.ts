import { describe, expect, it } from 'vitest'
import { commandPieces, fillCommand, type Parameter } from '../../../shared/playbook/command-text.ts'

const param = (quoting: Parameter['quoting'], token = '{x}'): Parameter => ({
  id: 'x',
  label: 'Id of the thing',
  token,
  quoting,
})
const fill = (text: string, quoting: Parameter['quoting'], x: string) =>
  fillCommand(text, [param(quoting)], { x })
const wrong = (filled: ReturnType<typeof fillCommand>) => (filled.ok ? filled.text : filled.problems.get('x'))

describe('a command filled for copying', () => {
  it('is refused while a parameter is empty, and says which', () => {
    expect(wrong(fill('show {x}', 'shell', '  '))).toBe('Enter “Id of the thing”.')
    expect(wrong(fillCommand('show {x}', [param('shell')], {}))).toBe('Enter “Id of the thing”.')
  })

  it('needs no value for a parameter that its text does not use', () => {
    expect(fillCommand('show all', [param('shell')], {})).toEqual({ ok: true, text: 'show all' })
  })

  it('fills every place, and never a token that came with a value', () => {
    const params = [
      { ...param('shell', '{a}'), id: 'a' },
      { ...param('shell', '{b}'), id: 'b' },
    ]
    const filled = fillCommand('cp {a} {b} {a}', params, { a: '{b}', b: 'two' })
    expect(filled).toEqual({ ok: true, text: "cp '{b}' two '{b}'" })
  })

  it('takes the longer of two tokens that begin alike', () => {
    const params = [
      { ...param('shell', '$id'), id: 'short' },
      { ...param('shell', '$id_long'), id: 'long' },
    ]
    expect(commandPieces('x $id_long', params)).toMatchObject([
      { kind: 'text' },
      { kind: 'param', param: { id: 'long' } },
    ])
  })

  it.each([
    ['show {x}', 'plain-1.2/3', 'show plain-1.2/3'],
    ['show {x}', 'a; rm -rf /', "show 'a; rm -rf /'"],
    ['show {x}', "it's", "show 'it'\\''s'"],
    ['show hotfix/{x}', '$(id)', "show hotfix/'$(id)'"],
    ["show '{x}'", "it's", "show 'it'\\''s'"],
    ['show "{x}"', 'a"$b`c\\', 'show "a\\"\\$b\\`c\\\\"'],
    ['show "it\'s" {x}', 'a b', "show \"it's\" 'a b'"],
  ])('shell: %s with %s', (text, value, expected) => {
    expect(wrong(fill(text, 'shell', value))).toBe(expected)
  })

  it.each([
    ['show {x}', '--force', /option/],
    ['show "{x}"', 'hi!', /exclamation/],
    ['show "$(cat {x})"', 'a b', /only letters/],
    ['show {x}', 'a\nrm b', /invisible/],
    ['show {x}', 'a\u202eb', /invisible/],
    ['show {x}', 'x'.repeat(501), /500/],
  ])('shell refuses: %s with %s', (text, value, expected) => {
    const filled = fill(text, 'shell', value)
    expect(filled.ok).toBe(false)
    expect(wrong(filled)).toMatch(expected)
  })

  it.each([
    ["DELETE FROM t WHERE id = '{x}';", "o'neil", "DELETE FROM t WHERE id = 'o''neil';"],
    ['SELECT * FROM t LIMIT {x};', '10', 'SELECT * FROM t LIMIT 10;'],
    ['SELECT * FROM t WHERE id = {x};', '1; DROP TABLE t', "SELECT * FROM t WHERE id = '1; DROP TABLE t';"],
    ['psql -c "SELECT \'{x}\'"', 'key-17', 'psql -c "SELECT \'key-17\'"'],
  ])('sql: %s with %s', (text, value, expected) => {
    expect(wrong(fill(text, 'sql', value))).toBe(expected)
  })

  it.each([
    ["SELECT '{x}'", 'a\\'],
    ["SELECT '{x}'", '$(id)'],
    ['psql -c "SELECT \'{x}\'"', "a' OR '1'='1"],
    ["psql -c 'SELECT {x}'", '1;DROP TABLE t'],
    ["psql -c 'SELECT {x}'", '1--'],
  ])('sql refuses: %s with %s', (text, value) => {
    expect(fill(text, 'sql', value).ok).toBe(false)
  })

  it('url: everything but letters, digits and -_.~ is written in per cent', () => {
    expect(wrong(fill('curl "http://h/{x}/health"', 'url', "a/b?c&d='$(id)'"))).toBe(
      'curl "http://h/a%2Fb%3Fc%26d%3D%27%24%28id%29%27/health"',
    )
    expect(fill('curl "http://h/{x}/health"', 'url', '..').ok).toBe(false)
  })

  it('path: a way up is refused, the rest is the shell’s', () => {
    expect(wrong(fill('cat {x}', 'path', 'my files/a.csv'))).toBe("cat 'my files/a.csv'")
    expect(fill('cat {x}', 'path', 'data/../../etc/passwd').ok).toBe(false)
  })
})
