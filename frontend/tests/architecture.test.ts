import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..', 'src');
const MAX_FUNCTION_LINES = 60;

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.(test|gen)\.|ui\/testing\//.test(name),
);

/** Each function with a body, with those inside it counted as part of it, as in Python. */
function longFunctions(name: string): string[] {
  const source = ts.createSourceFile(name, readFileSync(join(SOURCE, name), 'utf8'), ts.ScriptTarget.Latest, true);
  const line = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const found: string[] = [];
  const look = (node: ts.Node) => {
    const lines = line(node.getEnd()) - line(node.getStart()) + 1;
    if (ts.isFunctionLike(node) && lines > MAX_FUNCTION_LINES) found.push(`${name}:${line(node.getStart()) + 1}`);
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

it('has no function that is longer than a screen', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap(longFunctions)).toEqual([]);
});
