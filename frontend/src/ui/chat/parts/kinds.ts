import type { ReactNode } from 'react';
import type { Part } from '../../../core';
import { FilePart } from './FilePart';
import { ReasoningPart } from './ReasoningPart';
import { TextPart } from './TextPart';
import { ToolCallPart } from './ToolCallPart';

export type PartOf<Type extends Part['type']> = Extract<Part, { type: Type }>;

export interface PartProps<P extends Part> {
  part: P;
  /** Of the message and this place in it: what is folded and linked in it is told by that. */
  id: string;
  /** More of it may come. */
  streaming: boolean;
}

export type PartView<P extends Part> = (props: PartProps<P>) => ReactNode;

/** How each kind of part is drawn. A new kind is an entry here, and a file of its own. */
export const PART_KINDS: { readonly [Type in Part['type']]: PartView<PartOf<Type>> } = {
  text: TextPart,
  reasoning: ReasoningPart,
  tool_call: ToolCallPart,
  file: FilePart,
};
