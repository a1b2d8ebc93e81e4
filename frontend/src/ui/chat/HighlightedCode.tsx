import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import go from 'highlight.js/lib/languages/go';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { useMemo } from 'react';

const LANGUAGES = { bash, cpp, css, go, javascript, json, python, rust, sql, typescript, xml, yaml };

for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

/** Loaded with the first code block. A language it does not know is shown as it is. */
export default function HighlightedCode({ language, code }: { language: string; code: string }) {
  const name = (language.split(/\s/)[0] ?? '').toLowerCase();
  const html = useMemo(
    () => (hljs.getLanguage(name) ? hljs.highlight(code, { language: name, ignoreIllegals: true }).value : null),
    [name, code],
  );
  if (html === null) return <code>{code}</code>;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: highlight.js escapes everything but its own spans.
  return <code dangerouslySetInnerHTML={{ __html: html }} />;
}
