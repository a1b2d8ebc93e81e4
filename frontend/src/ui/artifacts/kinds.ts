import { AppWindow, Blocks, Code, FileText, Image, Workflow } from 'lucide-react';
import type { Artifact } from '../../core';

type Type = Artifact['type'];

export const ICONS = {
  code: Code,
  html: AppWindow,
  svg: Image,
  markdown: FileText,
  mermaid: Workflow,
  jsx: Blocks,
} satisfies Record<Type, unknown>;

/** By which its source is coloured. */
export const LANGUAGES: Record<Type, (language: string) => string> = {
  code: (language) => language,
  html: () => 'xml',
  svg: () => 'xml',
  markdown: () => 'markdown',
  mermaid: () => 'mermaid',
  jsx: (language) => (language === 'tsx' ? 'typescript' : 'javascript'),
};

const EXTENSIONS: Record<Exclude<Type, 'code'>, string> = {
  html: 'html',
  svg: 'svg',
  markdown: 'md',
  mermaid: 'mmd',
  jsx: 'jsx',
};
const OF_LANGUAGES: Record<string, string> = {
  bash: 'sh',
  csharp: 'cs',
  javascript: 'js',
  markdown: 'md',
  python: 'py',
  ruby: 'rb',
  rust: 'rs',
  shell: 'sh',
  text: 'txt',
  typescript: 'ts',
};

/** The name of the file in which it is saved; its own, where that is one. */
export function fileName({ name, type, language }: Pick<Artifact, 'name' | 'type' | 'language'>): string {
  const plain = name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, '-').trim() || 'artifact';
  if (/\.\w{1,8}$/.test(plain)) return plain;
  const word = language.replace(/\W+/g, '');
  return `${plain}.${type === 'code' ? (OF_LANGUAGES[word] ?? (word || 'txt')) : EXTENSIONS[type]}`;
}
