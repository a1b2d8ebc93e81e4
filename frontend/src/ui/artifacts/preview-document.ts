import type { Artifact } from '../../core';

/** Tells the page what went wrong, and what was not loaded: first of all, so that nothing escapes it. */
const REPORTER = `(() => {
  const tell = (kind, text) => parent.postMessage({ kind, text: String(text).slice(0, 500) }, '*');
  addEventListener('error', ({ message }) => message && tell('broken', message));
  addEventListener('unhandledrejection', ({ reason }) => tell('broken', reason));
  addEventListener('securitypolicyviolation', ({ blockedURI }) => tell('blocked', blockedURI));
})()`;

const HEAD = `<!doctype html><meta charset="utf-8"><script>${REPORTER}</script>`;

/** The document in which an artifact is shown. It is never part of this page: see frame.html. */
export function previewDocument({ type, content, css }: Artifact, runtime = ''): string {
  switch (type) {
    case 'jsx':
      return `${HEAD}<style>body{font:16px/1.5 system-ui,sans-serif;margin:16px}${inStyle(css)}</style><div id="root"></div><script>${inScript(runtime)}</script><script>showComponent(${asLiteral(content)})</script>`;
    case 'svg':
      return `${HEAD}<style>html,body{height:100%;margin:0}body{display:grid;place-items:center}svg{max-width:100%;max-height:100%}</style>${content}`;
    default:
      return HEAD + content;
  }
}

const inStyle = (css: string) => css.replace(/<\/(style)/gi, '<\\/$1');
const inScript = (code: string) => code.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
const asLiteral = (text: string) =>
  JSON.stringify(text).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
