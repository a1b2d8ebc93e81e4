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
import { useStreaming } from './streaming';

const LANGUAGES = { bash, cpp, css, go, javascript, json, python, rust, sql, typescript, xml, yaml };

for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);

/** Colouring this many characters takes less than 50 ms. What is longer, or still grows, is shown plain. */
const MAX_CHARS = 40_000;
const MAX_GROWING_CHARS = 8_000;

/** Loaded with the first code block. A language it does not know is shown as it is. */
export default function HighlightedCode({ language, code }: { language: string; code: string }) {
  const known = code.length <= (useStreaming() ? MAX_GROWING_CHARS : MAX_CHARS) && hljs.getLanguage(language);
  const html = useMemo(
    () => (known ? hljs.highlight(code, { language, ignoreIllegals: true }).value : null),
    [known, language, code],
  );
  if (html === null) return <code>{code}</code>;
  // biome-ignore lint/security/noDangerouslySetInnerHtml: highlight.js escapes everything but its own spans.
  return <code dangerouslySetInnerHTML={{ __html: html }} />;
}
