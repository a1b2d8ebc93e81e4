/**
 * What shows a component: a compiler and React. It is bundled by itself, as text (`?bundled`), and runs in the frame of the
 * preview alone.
 */

import * as React from 'react';
import * as ReactDOM from 'react-dom';
import * as ReactDOMClient from 'react-dom/client';
import { transform } from 'sucrase';

const MODULES: Record<string, unknown> = { react: React, 'react-dom': ReactDOM, 'react-dom/client': ReactDOMClient };
const DECLARED = /\b(?:function|class|const|let|var)\s+([A-Z]\w*)/g;
const RENDERS = /\bcreateRoot\s*\(|\bReactDOM\s*\.\s*render\s*\(/;

function load(name: string): unknown {
  if (/\.(css|scss|less)$/.test(name)) return {};
  const found = MODULES[name];
  if (found === undefined) throw new Error(`“${name}” is not in a preview: only React is.`);
  return found;
}

/** The one that it exports, else `App`, else the last that it declares. */
function componentOf(source: string): React.ComponentType | undefined {
  const { code } = transform(source, { transforms: ['jsx', 'typescript', 'imports'], production: true });
  const names = new Set(['App', ...[...source.matchAll(DECLARED)].map(([, name = '']) => name).reverse()]);
  const declared = [...names].map((name) => `typeof ${name} === 'undefined' ? undefined : ${name}`);
  const given = { load, exports: {} as { default?: unknown }, found: undefined as React.ComponentType | undefined };
  Object.assign(globalThis, React, { React, ReactDOM: { ...ReactDOM, ...ReactDOMClient }, given });
  const script = document.createElement('script');
  const found = `given.found = exports.default ?? [${declared}].find(Boolean)`;
  script.textContent = `(function (require, exports) {${code}\n;${found}})(given.load, given.exports)`;
  document.body.append(script); // not by eval, which the frame's policy forbids
  return given.found;
}

function showComponent(source: string): void {
  try {
    const component = componentOf(source);
    if (RENDERS.test(source)) return;
    if (component === undefined) throw new Error('There is no component in it.');
    const root = ReactDOMClient.createRoot(document.getElementById('root') ?? document.body, {
      onUncaughtError: report,
    });
    root.render(React.createElement(component));
  } catch (error) {
    report(error);
  }
}

function report(error: unknown): void {
  reportError(error);
}

Object.assign(globalThis, { showComponent });
