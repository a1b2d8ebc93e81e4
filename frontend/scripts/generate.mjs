// Writes src/protocol.gen.ts from the backend's OpenAPI document, or from a JSON file given as argument.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

const ROOT = join(import.meta.dirname, '..', '..');
const TARGET = join(import.meta.dirname, '..', 'src', 'protocol.gen.ts');
const HEADER = '// Generated from the backend by `npm run generate`; never edited by hand.\n\n';

const document = JSON.parse(process.argv[2] ? readFileSync(process.argv[2], 'utf8') : fromBackend());
writeFileSync(
  TARGET,
  HEADER + astToString(await openapiTS(document, { alphabetize: true, defaultNonNullable: false })),
);

function fromBackend() {
  const venv = join(ROOT, '.venv', 'bin', 'python');
  const python = existsSync(venv) ? venv : 'python3';
  return execFileSync(python, ['-m', 'backend.openapi'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
}
