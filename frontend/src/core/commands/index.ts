import type { Entities, Rows } from '../entities';
import { deleteArtifact, editArtifact, restoreArtifact, rollBackArtifact } from './artifacts';
import { deleteConcept, editConcept, mergeConcept, restoreConcept } from './concepts';
import {
  createConversation,
  deleteConversation,
  editConversation,
  forkConversation,
  restoreConversation,
} from './conversations';
import type { CommandKind, Earlier, Entry } from './kind';
import { createLocrit, deleteLocrit, editLocrit } from './locrits';
import { deleteMemory, editMemory, restoreMemory, saveMemory } from './memories';
import { deleteMessage, editMessage, keepConflict, restoreMessage, rollBackMessage } from './messages';
import { markRecalled } from './recall';
import { continueReply, retryReply, stopReply } from './replies';
import { sendMessage } from './send';
import { answerTool } from './tools';

/** All that a person does. A new command is an entry here, and a file of its own. */
const REGISTRY = {
  'conversation.create': createConversation,
  'conversation.edit': editConversation,
  'conversation.delete': deleteConversation,
  'conversation.restore': restoreConversation,
  'conversation.fork': forkConversation,
  'message.send': sendMessage,
  'message.edit': editMessage,
  'message.delete': deleteMessage,
  'message.restore': restoreMessage,
  'message.conflict': keepConflict,
  'message.rollback': rollBackMessage,
  'reply.continue': continueReply,
  'reply.retry': retryReply,
  'reply.stop': stopReply,
  'locrit.create': createLocrit,
  'locrit.edit': editLocrit,
  'locrit.delete': deleteLocrit,
  'artifact.edit': editArtifact,
  'artifact.rollback': rollBackArtifact,
  'artifact.delete': deleteArtifact,
  'artifact.restore': restoreArtifact,
  'memory.save': saveMemory,
  'memory.edit': editMemory,
  'memory.delete': deleteMemory,
  'memory.restore': restoreMemory,
  'concept.edit': editConcept,
  'concept.merge': mergeConcept,
  'concept.delete': deleteConcept,
  'concept.restore': restoreConcept,
  'tool.answer': answerTool,
  'recall.mark': markRecalled,
};

type Registered = { [T in keyof typeof REGISTRY]: (typeof REGISTRY)[T] extends CommandKind<infer C> ? C : never };

/** What a person did, as the server will be told. */
export type Command = Registered[keyof Registered];
export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;
export type OutboxEntry = Entry<Command>;

const KINDS: { [T in keyof Registered]: CommandKind<CommandOf<T>> } = REGISTRY;

/** A kind is asked only about its own commands. */
export function kindOf({ type }: Command): CommandKind<Command> {
  return KINDS[type];
}

export function optimistic(rows: Rows, entry: OutboxEntry): Entities {
  return kindOf(entry.command).optimistic?.(rows, entry) ?? {};
}

export function queueKey(command: Command): string {
  return kindOf(command).queueKey(command);
}

/** The id of what the command changes. */
export function subjectOf(command: Command): string {
  return kindOf(command).subject(command);
}

/** Where a person did it: what is done there next takes the place of what could not be kept. */
export function placeOfWords(command: Command): string {
  switch (command.type) {
    case 'message.send':
      return wordsFor(command.conversation_id, command.sibling_of);
    case 'memory.save':
      return `${command.type} ${command.locrit_id}`;
    case 'locrit.create':
      return command.type;
    default:
      return `${command.type} ${subjectOf(command)}`;
  }
}

export function wordsFor(conversationId: string, siblingOf = ''): string {
  return `message.send ${conversationId} ${siblingOf}`;
}

/** Ids of what does not exist before it. */
export function createdBy(command: Command): readonly string[] {
  return kindOf(command).creates?.(command) ?? [];
}

/** It may depend on what goes by another queue. */
export function crossesQueues(command: Command): boolean {
  return kindOf(command).crossesQueues === true;
}

export function dependsOn(command: Command, earlier: Earlier): boolean {
  return kindOf(command).dependsOn?.(command, earlier) ?? false;
}

export function beginsConversation(command: Command): boolean {
  return 'conversation_id' in command && createdBy(command).includes(command.conversation_id);
}

/** The id of the Locrit that is changed or talked to, as far as it is known. */
export function locritOf(command: Command): string | undefined {
  return 'locrit_id' in command ? command.locrit_id : undefined;
}

export type { About } from './kind';
export { isUnseen } from './kind';
