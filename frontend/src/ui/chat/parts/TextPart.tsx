import { MarkdownText } from '../markdown/MarkdownText';
import type { PartOf, PartProps } from './kinds';

export function TextPart({ part, id, streaming }: PartProps<PartOf<'text'>>) {
  return <MarkdownText messageId={id} text={part.text ?? ''} streaming={streaming} />;
}
