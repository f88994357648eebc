/** Facts of a source file from the compiler's parser: imports, exports, sizes, strings. For the architecture test. */
import { readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import ts from "typescript";

export interface Import {
  /** A path from the project's root (`src/bus/connection/connect.ts`), or a package's name (`@nats-io/kv`, `node:fs`). */
  readonly target: string;
  readonly typeOnly: boolean;
}

export interface FunctionSize {
  readonly name: string;
  readonly lines: number;
  readonly parameters: number;
}

export interface SourceFacts {
  readonly path: string;
  readonly lines: number;
  /** Lines of the comment that opens the file, 0 without one. */
  readonly headerLines: number;
  readonly imports: readonly Import[];
  readonly functions: readonly FunctionSize[];
  /** Texts of string literals and of the fixed parts of templates. */
  readonly strings: readonly string[];
  /** Statements that the house does not allow, in words. */
  readonly offenses: readonly string[];
}

/** `path` is relative to `root`, with forward slashes. */
export function sourceFacts(root: string, path: string): SourceFacts {
  const text = readFileSync(posix.join(root, path), "utf8");
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const nodes = [...descendants(source)];
  return {
    path,
    lines: text.trimEnd().split("\n").length,
    headerLines: headerLines(source),
    imports: nodes.flatMap((node) => importOf(node, path)),
    functions: nodes.flatMap((node) => functionSize(node, source)),
    strings: nodes.flatMap((node) => (isText(node) ? [node.text] : [])),
    offenses: source.statements.flatMap(offensesOf),
  };
}

function* descendants(node: ts.Node): Generator<ts.Node> {
  for (const child of node.getChildren()) {
    yield child;
    yield* descendants(child);
  }
}

function headerLines(source: ts.SourceFile): number {
  const text = source.getFullText();
  const first = ts.getLeadingCommentRanges(text, ts.getShebang(text)?.length ?? 0)?.[0];
  if (first === undefined) return 0;
  const words = text.slice(first.pos, first.end).split("\n");
  return words.filter((line) => /[^\s/*]/.test(line)).length;
}

function importOf(node: ts.Node, path: string): Import[] {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return [{ target: resolved(node.moduleSpecifier.text, path), typeOnly: isTypeOnly(node.importClause) }];
  }
  const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const argument = isDynamic ? node.arguments[0] : undefined;
  if (argument === undefined || !ts.isStringLiteral(argument)) return [];
  return [{ target: resolved(argument.text, path), typeOnly: false }];
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  if (clause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function resolved(specifier: string, path: string): string {
  return specifier.startsWith(".") ? posix.join(dirname(path), specifier) : specifier;
}

function functionSize(node: ts.Node, source: ts.SourceFile): FunctionSize[] {
  if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return [];
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const lines = lineOf(node.getEnd()) - lineOf(node.getStart(source)) + 1;
  return [{ name: nameOf(node), lines, parameters: node.parameters.length }];
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  return ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : "an unnamed function";
}

function isText(node: ts.Node): node is ts.StringLiteral | ts.TemplateLiteralLikeNode {
  return ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node);
}

function offensesOf(statement: ts.Statement): string[] {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  if (isDefault || ts.isExportAssignment(statement)) return ["has a default export"];
  if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined)
    return ["re-exports another module"];
  if (ts.isExpressionStatement(statement)) return ["works at import"];
  const isVariable = ts.isVariableStatement(statement);
  if (isVariable && !(statement.declarationList.flags & ts.NodeFlags.Const)) return ["has a module-level let or var"];
  return [];
}
