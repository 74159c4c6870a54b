import ts from 'typescript'

/** A source file as the checker sees it: its path from the root of the project, with slashes. */
export interface SourceText {
  readonly path: string
  readonly text: string
}

export interface Found {
  readonly value: string
  readonly line: number
}

/** What the rules look at in one file. */
export interface Facts {
  readonly path: string
  /** Module names as written: of imports, exports-from, dynamic imports and `import()` types. */
  readonly imports: readonly Found[]
  /** String literals and names of properties; module names are left out. */
  readonly strings: readonly Found[]
  /** Reads of the outside world: `process.env`, `Date.now()`, `new Date()`, `performance.now()`, ... */
  readonly reads: readonly Found[]
}

/** Takes apart one TypeScript, JavaScript or Svelte file. In Svelte, markup counts for strings too. */
export function factsOf({ path, text }: SourceText): Facts {
  if (!path.endsWith('.svelte')) return factsOfScript(path, text)
  const parts = [...text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)]
  // Everything else becomes blanks, so that lines stay where they were.
  const blank = (piece: string) => piece.replace(/[^\n]/g, ' ')
  let script = ''
  let markup = ''
  let at = 0
  for (const part of parts) {
    const body = part[1] ?? ''
    const start = part.index + part[0].indexOf('>') + 1
    script += blank(text.slice(at, start)) + body
    markup += text.slice(at, start) + blank(body)
    at = start + body.length
  }
  script += blank(text.slice(at))
  markup += text.slice(at)
  const facts = factsOfScript(path, script)
  return { ...facts, strings: [...facts.strings, ...stringsOfMarkup(markup)], reads: facts.reads }
}

function stringsOfMarkup(markup: string): Found[] {
  return [...markup.matchAll(/(["'`])([^"'`\n]*)\1/g)].map((match) => ({
    value: match[2] ?? '',
    line: markup.slice(0, match.index).split('\n').length,
  }))
}

function factsOfScript(path: string, text: string): Facts {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)
  const imports: Found[] = []
  const strings: Found[] = []
  const reads: Found[] = []
  const found = (node: ts.Node, value: string): Found => ({
    value,
    line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1,
  })
  const visit = (node: ts.Node): void => {
    const module = moduleOf(node)
    if (module) {
      imports.push(found(module, module.text))
      ts.forEachChild(node, (child) => (child === module ? undefined : visit(child)))
      return
    }
    if (ts.isStringLiteralLike(node)) strings.push(found(node, node.text))
    if (isNameOfProperty(node)) strings.push(found(node, node.text))
    const read = readOf(node)
    if (read) reads.push(found(node, read))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return { path, imports, strings, reads }
}

function moduleOf(node: ts.Node): ts.StringLiteralLike | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
    return ts.isStringLiteralLike(node.moduleSpecifier) ? node.moduleSpecifier : undefined
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const { literal } = node.argument
    return ts.isStringLiteralLike(literal) ? literal : undefined
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [module] = node.arguments
    return module && ts.isStringLiteralLike(module) ? module : undefined
  }
  return undefined
}

function isNameOfProperty(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false
  const { parent } = node
  return (
    ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node) ||
    (ts.isPropertyAccessExpression(parent) && parent.name === node)
  )
}

function readOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const of = node.expression.getText()
    const name = ts.isPropertyAccessExpression(node) ? node.name.text : node.argumentExpression.getText()
    if (of === 'process' && /^['"]?env['"]?$/.test(name)) return 'process.env'
    if (of === 'Date' && name === 'now') return 'Date.now()'
    if (of === 'performance' && name === 'now') return 'performance.now()'
    if (of === 'Math' && name === 'random') return 'Math.random()'
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) {
    return 'new Date()'
  }
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()'
  return undefined
}
