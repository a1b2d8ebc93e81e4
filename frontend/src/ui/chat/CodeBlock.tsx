import { Diagram } from './Diagram';
import { isDiff } from './patch';
import { Source } from './Source';
import { useStreaming } from './streaming';

interface Props {
  language: string;
  code: string;
}

/** What stands between fences: code, the changes of a patch, or a diagram once its source is complete. */
export function CodeBlock({ language, code }: Props) {
  const streaming = useStreaming();
  const name = (language.split(/\s/)[0] ?? '').toLowerCase();
  if (name === 'mermaid' && !streaming) return <Diagram code={code} />;
  return <Source language={name || (isDiff(name, code) ? 'diff' : '')} code={code} />;
}
